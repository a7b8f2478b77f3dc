using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Credentials;

namespace Platform.Api.Http.Access;

/// <summary>
/// Builds <c>WWW-Authenticate</c>, which tells a client how to come back: RFC 6750 §3, DPoP by RFC 9449 §7.1, step-up by RFC 9470 §3, and where
/// the metadata is (RFC 9728 §5.1).
/// </summary>
internal sealed class Challenges(Issuer issuer, IOptions<Sessions.SessionOptions> sessions)
{
    private const string Bearer = "Bearer";

    private readonly string _metadata = issuer.At("/.well-known/oauth-protected-resource");
    private readonly string _realm = sessions.Value.Realm;

    /// <summary>Asks for a token: no error code, since none came (RFC 6750 §3.1).</summary>
    /// <param name="context">The request.</param>
    /// <param name="oauthScope">What it would have to be for; null: anything.</param>
    public void Ask(HttpContext context, string? oauthScope = null) => Append(context, Bearer, ("scope", oauthScope));

    /// <summary>Says what is wrong with the token that came.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="isDpop">Whether it came, or has to come, with a DPoP proof.</param>
    /// <param name="oauthScope">With <c>insufficient_scope</c>: the OAuth scope that is needed; null: none in particular.</param>
    public void Refuse(HttpContext context, OAuthError error, bool isDpop, string? oauthScope = null) => Append(
        context,
        isDpop ? "DPoP" : Bearer,
        ("error", error.Code),
        ("error_description", error.Description),
        ("scope", oauthScope),
        ("algs", isDpop ? string.Join(' ', DpopProofs.Algorithms) : null));

    /// <summary>Asks for a more recent login (RFC 9470 §3).</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxAge">How long ago it may be.</param>
    public void AskFreshLogin(HttpContext context, TimeSpan maxAge) => Append(
        context,
        Bearer,
        ("error", "insufficient_user_authentication"),
        ("error_description", "A more recent login is required"),
        ("max_age", Seconds(maxAge)));

    /// <summary>Nobody called, and a login would help.</summary>
    /// <param name="context">The request.</param>
    /// <param name="oauthScope">What a token would have to be for; null: anything.</param>
    /// <param name="error">What the answer's body says.</param>
    public Task RequireLoginAsync(HttpContext context, string? oauthScope, ErrorCode error)
    {
        Ask(context, oauthScope);
        return Problems.WriteAsync(context, error);
    }

    /// <summary>The token is for less.</summary>
    public Task RequireOAuthScopeAsync(HttpContext context, string oauthScope)
    {
        Append(context, Bearer, ("error", "insufficient_scope"), ("error_description", "The token is not for this"), ("scope", oauthScope));
        return Problems.WriteAsync(context, AccessErrors.InsufficientOAuthScope, $"It needs the OAuth scope '{oauthScope}'.");
    }

    /// <summary>The user logged in too long ago, or nobody did.</summary>
    public Task RequireFreshLoginAsync(HttpContext context, TimeSpan maxAge)
    {
        AskFreshLogin(context, maxAge);
        return Problems.WriteAsync(context, AccessErrors.FreshLoginRequired, $"The login may be {Seconds(maxAge)} seconds old.");
    }

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Values are ours: printable ASCII without quotes and backslashes.</summary>
    private void Append(HttpContext context, string scheme, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var challenge = new StringBuilder(scheme).Append(" realm=\"").Append(_realm).Append('"');
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                challenge.Append(", ").Append(name).Append("=\"").Append(value).Append('"');
            }
        }

        challenge.Append(", resource_metadata=\"").Append(_metadata).Append('"');
        context.Response.Headers.Append("WWW-Authenticate", challenge.ToString());
    }
}
