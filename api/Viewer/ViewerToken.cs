using Microsoft.Extensions.Options;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Tokens;
using Platform.Grains.OAuth;
using Platform.Grains.Sessions;

namespace Platform.Api.Viewer;

/// <summary>
/// Gets the viewer's access token at login, and another at each change of scope: what Flarecast's InfraViewer asked for with the password
/// grant, without the password leaving this process (docs/decisions/0042-the-viewers-token.md).
/// </summary>
internal sealed class ViewerToken(ITokenIssuer tokens, IOAuthCheck clients, AccessTokenCookie cookie, IOptions<ViewerOptions> options)
{
    private static readonly string[] Wanted = [OAuthScopes.Read, OAuthScopes.Write];

    private readonly ClientId _client = new(options.Value.Client);

    /// <summary>Whether there is a client that the viewer acts as.</summary>
    public async ValueTask<bool> IsAvailableAsync(CancellationToken cancellationToken) =>
        await clients.FindClientAsync(_client, cancellationToken) is { Client.Definition.Trusted: true };

    /// <summary>Gives the browser a token for the session, in its current scope; takes the old one away where there is none to give.</summary>
    /// <returns>Whether there was one to give.</returns>
    public async ValueTask<bool> GiveAsync(HttpContext context, SessionId session)
    {
        // No cancellation: a family that was begun is in the answer, or it would stay behind.
        if (await tokens.ForSessionAsync(session, _client, Wanted, CancellationToken.None) is not { } issued)
        {
            cookie.Clear(context.Response);
            return false;
        }

        cookie.Set(context.Response, issued.AccessToken);
        return true;
    }
}
