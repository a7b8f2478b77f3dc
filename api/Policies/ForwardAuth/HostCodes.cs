using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Grains.OAuth;
using Platform.Grains.Sessions;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>A login that is on its way from the platform to a protected host.</summary>
internal sealed record HostCode
{
    /// <summary>Its random name, which counts once.</summary>
    public string Id { get; init; } = "";

    /// <summary>The session's key.</summary>
    public string Session { get; init; } = "";

    /// <summary>The origin that it is for.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The hash of the nonce that the browser was given there.</summary>
    public string Nonce { get; init; } = "";

    /// <summary>Where the browser goes then: a path on that host.</summary>
    public string Return { get; init; } = "/";

    /// <summary>Until when it can be used (UTC).</summary>
    public DateTimeOffset EndsAt { get; init; }
}

/// <summary>
/// Carries a login to a protected host: encrypted, for one host and the browser that began there, for a minute, once in the whole cluster
/// (invariant 3). Whoever reads it in a log or over a shoulder can do nothing with it.
/// </summary>
internal sealed class HostCodes(IDataProtectionProvider protection, IUsedNames names, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly IDataProtector _protector = protection.CreateProtector("Platform.ForwardAuth.Code.v1");

    /// <summary>A new nonce for a browser; its hash alone leaves the host.</summary>
    public static string NewNonce() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash that names a nonce.</summary>
    public static string Hash(string nonce) => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(nonce)));

    /// <summary>A code for a session.</summary>
    public string Issue(SessionKey session, string origin, string nonceHash, string returnTo) =>
        WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(new HostCode
        {
            Id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16)),
            Session = session.Value,
            Origin = origin,
            Nonce = nonceHash,
            Return = returnTo,
            EndsAt = time.GetUtcNow() + Lifetime,
        })));

    /// <summary>Uses a code; null where it is none of ours, over, of another host or browser, or used.</summary>
    public async ValueTask<HostCode?> TryUseAsync(string? text, string origin, string? nonce, CancellationToken cancellationToken)
    {
        if (text is null || nonce is null || Unprotect(text) is not { } code || code.EndsAt <= time.GetUtcNow() || code.Origin != origin)
        {
            return null;
        }

        var isOfBrowser = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(code.Nonce), Encoding.ASCII.GetBytes(Hash(nonce)));
        return isOfBrowser && await names.TryUseAsync("forward-code:" + code.Id, code.EndsAt, cancellationToken) ? code : null;
    }

    private HostCode? Unprotect(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<HostCode>(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
