using System.Collections.Immutable;
using System.Globalization;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// How the user has to be authenticated, and what is to be said about it (OpenID Connect Core §3.1.2.1, §5.5). What is a wish alone
/// (<c>ui_locales</c>, <c>acr_values</c>, <c>claims_locales</c>) is taken and not fulfilled.
/// </summary>
internal sealed class ReadWishes : IAuthorizeStep
{
    private const int MaxHint = 8192;

    public ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken) => new(Take(request));

    private static AuthorizeOutcome? Take(AuthorizeRequest request)
    {
        var parameters = request.Parameters;
        if (parameters.Find("display") is not (null or "" or "page" or "popup" or "touch" or "wap"))
        {
            return Refuse("The display is page, popup, touch or wap.");
        }

        var prompts = (parameters.Find("prompt") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (prompts.Any(prompt => prompt is not (Prompt.None or Prompt.Login or Prompt.Consent or Prompt.SelectAccount)))
        {
            return Refuse("The prompt is none, login, consent or select_account.");
        }

        if (prompts.Contains(Prompt.None) && prompts.Length > 1)
        {
            return Refuse("The prompt none stands alone.");
        }

        // As elsewhere: what every answer of this request will say is known before the first page is shown.
        request.Wishes = AuthenticationWishes.None with { Prompts = prompts };
        var maxAge = request.Client.Definition.DefaultMaxAge;
        var maxAgeText = parameters.Find("max_age");
        if (!string.IsNullOrEmpty(maxAgeText))
        {
            if (!int.TryParse(maxAgeText, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return Refuse("The max_age is a number of seconds.");
            }

            maxAge = TimeSpan.FromSeconds(seconds);
        }

        var hint = parameters.Find("id_token_hint");
        if (hint is { Length: > MaxHint })
        {
            return Refuse("The id_token_hint is too long.");
        }

        string? subject = null;
        var claims = parameters.Find("claims");
        if (!string.IsNullOrEmpty(claims))
        {
            if (ClaimsParameter.Read(claims) is not { } asked)
            {
                return Refuse("The claims parameter is not the JSON object of OpenID Connect Core 5.5.");
            }

            if (asked.NeedsAcrOtherThan(AuthenticationContexts.All))
            {
                return AuthorizeOutcome.Fail(new OAuthError("unmet_authentication_requirements", "No login of the platform is of the acr that is asked for."));
            }

            subject = asked.Subject;
        }

        request.Wishes = new AuthenticationWishes(
            prompts,
            maxAge,
            !string.IsNullOrEmpty(maxAgeText),
            string.IsNullOrEmpty(hint) ? null : hint,
            subject,
            string.IsNullOrEmpty(claims) ? null : claims);
        return null;
    }

    private static AuthorizeOutcome Refuse(string description) => AuthorizeOutcome.Fail(OAuthError.InvalidRequest(description));
}
