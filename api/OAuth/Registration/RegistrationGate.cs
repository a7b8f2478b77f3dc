using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Limits;
using Platform.Api.OAuth.Credentials;

namespace Platform.Api.OAuth.Registration;

/// <summary>Who may register clients, and how many: by setting nobody, whoever has an initial access token (RFC 7591 §3), or everybody a few.</summary>
internal sealed class RegistrationGate(IOptions<OAuthOptions> options) : IDisposable
{
    private readonly AddressRate _rate = new(options.Value.RegistrationsPerHour, options.Value.RegistrationsPerHour, TimeSpan.FromHours(1));

    /// <summary>The error where the request may not register a client; null where it may.</summary>
    public OAuthError? FindRefusal(HttpContext context) => options.Value.Registration switch
    {
        RegistrationMode.Open => _rate.TryTakeOrDelay(context) ? null : OAuthError.SlowDown("Too many clients were registered from this address. Wait."),
        RegistrationMode.Token => HasInitialToken(context) ? null : OAuthError.InvalidToken("The initial access token is missing, or is none."),
        _ => OAuthError.AccessDenied("Clients are not registered here; an administrator imports them.") with { Status = StatusCodes.Status403Forbidden },
    };

    /// <summary>Whether a token is the one whose hash is kept; takes the same time wherever they differ.</summary>
    public static bool IsToken(string token, string? hash) =>
        hash is { Length: 64 }
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))),
            Encoding.ASCII.GetBytes(hash));

    /// <inheritdoc/>
    public void Dispose() => _rate.Dispose();

    private bool HasInitialToken(HttpContext context)
    {
        var (token, refusal) = PresentedToken.OfHeader(context.Request.Headers.Authorization);
        var found = false;
        if (refusal is null && token is { IsDpop: false })
        {
            foreach (var hash in options.Value.InitialAccessTokens)
            {
                found |= IsToken(token.Text, hash);
            }
        }

        return found;
    }
}
