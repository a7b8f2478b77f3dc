using System.Diagnostics.CodeAnalysis;
using Platform.Api.Users.Passwords;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients.Import;

/// <summary>The words of the file for what the code has types for.</summary>
internal static class ClientFileTerms
{
    private const string Sha256Prefix = "sha256:";

    /// <summary>The ways of authentication, by their <c>token_endpoint_auth_method</c>.</summary>
    internal static IReadOnlyDictionary<string, ClientAuthentication> Authentications { get; } = new Dictionary<string, ClientAuthentication>(StringComparer.Ordinal)
    {
        ["client_secret_basic"] = ClientAuthentication.SecretBasic,
        ["client_secret_post"] = ClientAuthentication.SecretPost,
        ["private_key_jwt"] = ClientAuthentication.PrivateKeyJwt,
        ["none"] = ClientAuthentication.None,
    };

    /// <summary>The hash of a secret as a file writes it: <c>$pbkdf2-sha512$…</c> or <c>sha256:…</c>.</summary>
    internal static string Write(ClientSecret secret) => secret.Hashing == SecretHashing.Sha256 ? Sha256Prefix + secret.Hash : secret.Hash;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static bool TryReadHash(string text, [NotNullWhen(true)] out ClientSecret? secret)
    {
        secret = null;
        if (text.StartsWith(Sha256Prefix, StringComparison.Ordinal) && IsSha256(text[Sha256Prefix.Length..]))
        {
            secret = new ClientSecret(SecretHashing.Sha256, text[Sha256Prefix.Length..], null);
        }
        else if (PasswordHash.TryParse(text, out _))
        {
            secret = new ClientSecret(SecretHashing.Password, text, null);
        }

        return secret is not null;
    }

    /// <summary>Whether it is SHA-256 in lower-case hexadecimal.</summary>
    internal static bool IsSha256(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
