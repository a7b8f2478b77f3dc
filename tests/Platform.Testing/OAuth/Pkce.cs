using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Testing.OAuth;

/// <summary>A verifier with its S256 challenge (RFC 7636).</summary>
public sealed record Pkce(string Verifier)
{
    /// <summary>A new one.</summary>
    public static Pkce New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>What the authorization request carries.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}
