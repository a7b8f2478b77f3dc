using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth;

namespace Platform.Api.Http.Access;

/// <summary>Refusals that tell a client how to come back: RFC 6750 §3, step-up by RFC 9470 §3, and where the metadata is (RFC 9728 §5.1).</summary>
internal sealed class Challenges(Issuer issuer, IOptions<Sessions.SessionOptions> sessions)
{
    private readonly string _realm = $"Bearer realm=\"{sessions.Value.Realm}\"";
    private readonly string _metadata = $"resource_metadata=\"{issuer.At("/.well-known/oauth-protected-resource")}\"";

    /// <summary>Nobody called, and a login would help: no error code (RFC 6750 §3.1).</summary>
    /// <param name="context">The request.</param>
    /// <param name="oauthScope">What a token would have to be for; null: anything.</param>
    /// <param name="error">What the answer's body says.</param>
    public Task RequireLoginAsync(HttpContext context, string? oauthScope, ErrorCode error)
    {
        Challenge(context, oauthScope is null ? null : $"scope=\"{oauthScope}\"");
        return Problems.WriteAsync(context, error);
    }

    /// <summary>The token is for less.</summary>
    public Task RequireOAuthScopeAsync(HttpContext context, string oauthScope)
    {
        Challenge(context, $"error=\"insufficient_scope\", error_description=\"The token is not for this\", scope=\"{oauthScope}\"");
        return Problems.WriteAsync(context, AccessErrors.InsufficientOAuthScope, $"It needs the OAuth scope '{oauthScope}'.");
    }

    /// <summary>The user logged in too long ago, or nobody did.</summary>
    public Task RequireFreshLoginAsync(HttpContext context, TimeSpan maxAge)
    {
        var seconds = ((long)maxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        Challenge(context, $"error=\"insufficient_user_authentication\", error_description=\"A more recent login is required\", max_age=\"{seconds}\"");
        return Problems.WriteAsync(context, AccessErrors.FreshLoginRequired, $"The login may be {seconds} seconds old.");
    }

    private void Challenge(HttpContext context, string? parameters) =>
        context.Response.Headers.WWWAuthenticate = parameters is null ? $"{_realm}, {_metadata}" : $"{_realm}, {parameters}, {_metadata}";
}
