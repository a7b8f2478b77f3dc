using System.Security.Cryptography;
using System.Text;

namespace Platform.Grains.Sessions;

/// <summary>The key of a session's grain: the SHA-256 of its id in lower-case hexadecimal, so that a stolen database holds no usable id (invariant 4).</summary>
/// <param name="Value">64 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("platform.SessionKey")]
public readonly record struct SessionKey([property: Id(0)] string Value)
{
    /// <summary>The key of the session with this id.</summary>
    public static SessionKey FromId(SessionId id)
    {
        Span<byte> ascii = stackalloc byte[SessionId.Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Encoding.ASCII.GetBytes(id.Reveal(), ascii);
        SHA256.HashData(ascii, hash);
        return new SessionKey(Convert.ToHexStringLower(hash));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
