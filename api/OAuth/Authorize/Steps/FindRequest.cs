using System.Text;
using Platform.Api.Http.Wire;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Microsoft.Extensions.Options;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>
/// Where a request names one that was pushed (RFC 9126 §4), that one counts alone, and only for the client that pushed it. Request objects
/// are not taken: pushed requests do what they are for (docs/decisions/0036).
/// </summary>
internal sealed class FindRequest(IPlatformGrains grains, IOptions<AuthorizeOptions> options, TimeProvider time) : IAuthorizeStep
{
    /// <summary>What every <c>request_uri</c> of ours begins with.</summary>
    public const string Prefix = "urn:ietf:params:oauth:request_uri:";

    public async ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        if (request.Kept is not null || request.Parameters.Find("request_uri") is not { } uri || !uri.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        // Of a lifetime for the person at the page, only its beginning is for the browser to arrive.
        var pushed = await grains.PushedRequest(SecretKey.FromSecret(uri)).FindAsync();
        if (pushed is null
            || pushed.EndsAt - options.Value.InteractionLifetime <= time.GetUtcNow()
            || request.Parameters.Find("client_id") != pushed.Client.Value
            || !Parameters.TryParse(Encoding.UTF8.GetBytes(pushed.Parameters), out var parameters, out _))
        {
            return AuthorizeOutcome.Fail(new OAuthError("invalid_request_uri", "The pushed request is unknown, over, used, or not of this client."));
        }

        request.Parameters = parameters;
        request.PushedUri = uri;
        request.DpopThumbprint = pushed.DpopThumbprint;
        return null;
    }
}
