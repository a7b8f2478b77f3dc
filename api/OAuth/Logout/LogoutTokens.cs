using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Api.OAuth.Tokens;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Logout;

/// <summary>Makes logout tokens (Back-Channel Logout §2.4).</summary>
internal sealed class LogoutTokens(IJwtSigner signer, ISubjects subjects, Issuer issuer, TimeProvider time)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    /// <summary>The token that tells a client of the end of a session.</summary>
    public async ValueTask<string> MakeAsync(ClientSnapshot client, LogoutNotice notice, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = issuer.Value,
            ["aud"] = client.Id.Value,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["jti"] = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16)),
            ["sub"] = await subjects.OfAsync(client, notice.User, cancellationToken),
            ["sid"] = notice.Handle,
            ["events"] = new Dictionary<string, object> { [Event] = new Dictionary<string, object>() },
        };
        return await signer.SignAsync(client.Definition.SigningAlgorithm, "logout+jwt", claims, cancellationToken);
    }
}
