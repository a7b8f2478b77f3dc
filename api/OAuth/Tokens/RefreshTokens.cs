using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.OAuth.Keys;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens;

/// <summary>A refresh token that the platform made. Its text is secret.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Generation">How often the family's token was replaced before it.</param>
/// <param name="Text">The token.</param>
internal sealed record RefreshToken(FamilyId Family, int Generation, string Text)
{
    /// <summary>SHA-256 of it: what is kept of it.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>Without the token.</summary>
    public override string ToString() => $"refresh token {Generation} of family {Family}";
}

/// <summary>
/// Makes and reads refresh tokens: family, generation, secret, and a seal over them. A token without its seal was not made here and ends
/// nothing, since anybody may know a family's id. The secret of a successor follows from the token before it, so that the answer to a
/// repeated request is the same without having been stored.
/// </summary>
internal sealed class RefreshTokens(SigningKeys keys)
{
    private const int FamilyBytes = 16;
    private const int GenerationBytes = 4;
    private const int SecretBytes = 32;
    private const int SealBytes = 16;
    private const int SealedBytes = FamilyBytes + GenerationBytes + SecretBytes;
    private const int Length = SealedBytes + SealBytes;

    /// <summary>The first token of a family.</summary>
    public async ValueTask<RefreshToken> FirstAsync(FamilyId family, CancellationToken cancellationToken)
    {
        var ring = await keys.ReadAsync(cancellationToken);
        return Make(ring.Ring.RefreshSecret.Span, family, 0, RandomNumberGenerator.GetBytes(SecretBytes));
    }

    /// <summary>The token that follows from another; the same each time.</summary>
    public async ValueTask<RefreshToken> NextAsync(RefreshToken token, CancellationToken cancellationToken)
    {
        var ring = await keys.ReadAsync(cancellationToken);
        var secret = ring.Ring.RefreshSecret.Span;
        var next = HMACSHA256.HashData(Derive(secret, "successor"u8), Encoding.ASCII.GetBytes($"{token.Text}|{token.Generation}"));
        return Make(secret, token.Family, token.Generation + 1, next);
    }

    /// <summary>Reads a token; null where the platform did not make it.</summary>
    public async ValueTask<RefreshToken?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (!TryDecode(text, out var bytes))
        {
            return null;
        }

        var ring = await keys.ReadAsync(cancellationToken);
        var seal = Seal(ring.Ring.RefreshSecret.Span, bytes.AsSpan(0, SealedBytes));
        return CryptographicOperations.FixedTimeEquals(seal, bytes.AsSpan(SealedBytes))
            ? new RefreshToken(
                new FamilyId(Convert.ToHexStringLower(bytes.AsSpan(0, FamilyBytes))),
                BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(FamilyBytes)),
                text)
            : null;
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length != Base64Url.GetEncodedLength(Length) || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        var decoded = new byte[Length];
        if (Base64Url.DecodeFromChars(text, decoded, out _, out var written) != System.Buffers.OperationStatus.Done || written != Length)
        {
            return false;
        }

        // One text a token: another spelling of the same bytes would have another hash.
        if (Base64Url.EncodeToString(decoded) != text)
        {
            return false;
        }

        bytes = decoded;
        return true;
    }

    private static RefreshToken Make(ReadOnlySpan<byte> key, FamilyId family, int generation, ReadOnlySpan<byte> secret)
    {
        var bytes = new byte[Length];
        Convert.FromHexString(family.Value).CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(FamilyBytes), generation);
        secret.CopyTo(bytes.AsSpan(FamilyBytes + GenerationBytes));
        Seal(key, bytes.AsSpan(0, SealedBytes)).CopyTo(bytes, SealedBytes);
        return new RefreshToken(family, generation, Base64Url.EncodeToString(bytes));
    }

    private static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content) => HMACSHA256.HashData(Derive(key, "seal"u8), content)[..SealBytes];

    /// <summary>One key, two uses: neither tells anything of the other.</summary>
    private static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> use) => HMACSHA256.HashData(key, use);
}
