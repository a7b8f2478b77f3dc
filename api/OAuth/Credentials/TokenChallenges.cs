using System.Text;

namespace Platform.Api.OAuth.Credentials;

/// <summary>Builds <c>WWW-Authenticate</c> about the token that a request brought, or did not bring (RFC 6750 §3, RFC 9449 §7.1).</summary>
internal sealed class TokenChallenges(Issuer issuer)
{
    /// <summary>Asks for a token, naming where its kind is described (RFC 9728 §5.1).</summary>
    public void Ask(HttpContext context) => Append(context, "Bearer", "");

    /// <summary>Says what is wrong with the token that came.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="isDpop">Whether it came, or has to come, with a DPoP proof.</param>
    /// <param name="oauthScope">With <c>insufficient_scope</c>: the OAuth scope that is needed; null: none in particular.</param>
    public void Refuse(HttpContext context, OAuthError error, bool isDpop, string? oauthScope = null)
    {
        var parameters = new StringBuilder();
        Add(parameters, "error", error.Code);
        Add(parameters, "error_description", error.Description);
        if (oauthScope is not null)
        {
            Add(parameters, "scope", oauthScope);
        }

        Append(context, isDpop ? "DPoP" : "Bearer", parameters.ToString());
    }

    private void Append(HttpContext context, string scheme, string parameters)
    {
        var challenge = new StringBuilder(parameters);
        if (scheme == "DPoP")
        {
            Add(challenge, "algs", string.Join(' ', DpopProofs.Algorithms));
        }

        Add(challenge, "resource_metadata", issuer.At("/.well-known/oauth-protected-resource"));
        context.Response.Headers.Append("WWW-Authenticate", $"{scheme} {challenge}");
    }

    /// <summary>Values are ours: printable ASCII without quotes and backslashes.</summary>
    private static void Add(StringBuilder parameters, string name, string value) =>
        parameters.Append(parameters.Length > 0 ? ", " : "").Append(name).Append("=\"").Append(value).Append('"');
}
