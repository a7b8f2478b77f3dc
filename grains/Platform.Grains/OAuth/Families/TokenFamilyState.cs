namespace Platform.Grains.OAuth.Families;

/// <summary>The persisted shape of a token family.</summary>
internal sealed record TokenFamilyState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What it stands for; null once it was ended.</summary>
    public AuthorizationState? Authorization { get; init; }

    /// <summary>How often the refresh token was replaced.</summary>
    public int Generation { get; init; }

    /// <summary>SHA-256 of the refresh token that counts, lower-case hexadecimal; null: there is none.</summary>
    public string? TokenHash { get; init; }

    /// <summary>SHA-256 of the one before it; null before the first replacement.</summary>
    public string? PreviousHash { get; init; }

    /// <summary>When the last one was replaced.</summary>
    public DateTimeOffset RotatedAt { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public DateTimeOffset IdleEndsAt { get; init; }

    /// <summary>When it was ended; null: it was not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it is over without another refresh.</summary>
    public DateTimeOffset OverAt => IdleEndsAt < EndsAt ? IdleEndsAt : EndsAt;

    /// <summary>The family; null where it was ended.</summary>
    public FamilySnapshot? ToSnapshot(FamilyId id) => Authorization is null
        ? null
        : new(id, Authorization.ToSnapshot(), Generation, TokenHash is not null, StartedAt, EndsAt, IdleEndsAt);
}
