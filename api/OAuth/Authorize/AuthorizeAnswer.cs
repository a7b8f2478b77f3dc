using System.Globalization;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Clients;

namespace Platform.Api.OAuth.Authorize;

/// <summary>
/// The authorization response: to the redirect URI with <c>state</c> and with <c>iss</c>, by which a client tells which server answers
/// (mix-up attacks, RFC 9207). 303, so that no form that was posted here is posted on (RFC 9700 §4.12).
/// </summary>
internal sealed class AuthorizeAnswer(Issuer issuer)
{
    /// <summary>The page was open too long, or its address was changed.</summary>
    public static readonly OAuthError Over = OAuthError.InvalidRequest("The page was open too long, or its address was changed. Start again at the application.");

    /// <summary>What does not fit into an address is kept for a few only.</summary>
    public static readonly OAuthError TooMany = new("temporarily_unavailable", "Too many large requests came from this address. Try again in a minute.", StatusCodes.Status429TooManyRequests);

    /// <summary>To the client with a code.</summary>
    public Task WriteCodeAsync(AuthorizeRequest request, string code) => WriteAsync(request, [new("code", code)]);

    /// <summary>To the client with an error; to a page of ours while it is not known where the client is (RFC 6749 §4.1.2.1).</summary>
    public Task WriteErrorAsync(AuthorizeRequest request, OAuthError error) => request.RedirectUri is null
        ? WritePageAsync(request.Http, error)
        : WriteAsync(request, [new("error", error.Code), new("error_description", error.Description)]);

    /// <summary>An error of a request that leads nowhere.</summary>
    public static Task WritePageAsync(HttpContext context, OAuthError error) => Page.WriteAsync(
        context,
        error.Status == StatusCodes.Status401Unauthorized ? StatusCodes.Status400BadRequest : error.Status,
        "This did not work",
        Html.Of($"""
            <p class="error" role="alert">{error.Description}</p>
            <p>The application that sent you here asked for something that cannot be done. Nothing was given to it. Go back to it and try again; where it happens again, tell those who run it.</p>
            <p><a href="{Links.To(context, "/")}">Back to the start</a></p>
            <p class="note">{error.Status.ToString(CultureInfo.InvariantCulture)} {error.Code}</p>
            """));

    private Task WriteAsync(AuthorizeRequest request, List<KeyValuePair<string, string>> parameters)
    {
        if (request.State is { } state)
        {
            parameters.Add(new("state", state));
        }

        parameters.Add(new("iss", issuer.Value));
        return request.ResponseMode == ResponseMode.FormPost
            ? WriteFormAsync(request, parameters)
            : Links.SeeOther(request.Http, FormText.AddTo(request.RedirectUri!, parameters));
    }

    /// <summary>OAuth 2.0 Form Post Response Mode, with a button in place of a script.</summary>
    private static Task WriteFormAsync(AuthorizeRequest request, List<KeyValuePair<string, string>> parameters)
    {
        var fields = parameters.Select(parameter => Html.Of($"""<input type="hidden" name="{parameter.Key}" value="{parameter.Value}">"""));
        return Page.WriteAsync(
            request.Http,
            StatusCodes.Status200OK,
            "Back to the application",
            Html.Of($"""
                <p>One more step: go on to {ConsentPage.NameOf(request.Client)} at {RedirectUris.Place(request.RedirectUri!)}.</p>
                <form method="post" action="{request.RedirectUri}">
                {Html.Join(fields)}
                <p class="actions"><button type="submit" autofocus>Go on</button></p>
                </form>
                """),
            RedirectUris.PolicySource(request.RedirectUri!));
    }
}
