using System.Collections.Immutable;

namespace Platform.Grains.OAuth.Keys;

/// <summary>The persisted shape of the ring: all keys in one row, so that nodes that start at once end with one ring.</summary>
internal sealed record KeyRingState
{
    /// <summary>The key of the one row.</summary>
    public const string Key = "ring";

    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Ordered by when they begin to sign.</summary>
    public ImmutableArray<SigningKeyState> Keys { get; init; } = [];

    /// <summary>The key of refresh tokens, encrypted. Never replaced: all refresh tokens would be over.</summary>
    public byte[] RefreshSecret { get; init; } = [];

    /// <summary>The key of pairwise subjects, encrypted. Never replaced: all clients would see other users.</summary>
    public byte[] PairwiseSecret { get; init; } = [];
}

/// <summary>The persisted shape of a signing key.</summary>
internal sealed record SigningKeyState
{
    public string Id { get; init; } = "";

    public string Algorithm { get; init; } = "";

    /// <summary>The key as PKCS #8, encrypted.</summary>
    public byte[] PrivateKey { get; init; } = [];

    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>From when on it signs, until another one of its algorithm does.</summary>
    public DateTimeOffset SignsFrom { get; init; }
}
