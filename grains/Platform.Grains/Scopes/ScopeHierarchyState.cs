using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>The persisted shape of the hierarchy: all scopes in one row, ordered by path (ordinal).</summary>
internal sealed record ScopeHierarchyState
{
    /// <summary>The key of the one row.</summary>
    public const string Key = "all";

    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 2;

    /// <summary>
    /// The highest epoch ever given to a scope. A scope that is made anew starts above it, so that a session of its predecessor is not in it.
    /// </summary>
    public long LastEpoch { get; init; }

    public ImmutableArray<ScopeState> Scopes { get; init; } = [];
}

/// <summary>The persisted shape of one scope.</summary>
internal sealed record ScopeState
{
    public string Path { get; init; } = "";

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    public ScopeVisibility Visibility { get; init; }

    public ImmutableArray<string> Anonymous { get; init; } = [];

    public bool Suspended { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public long Epoch { get; init; }

    public ScopeAdmission Admission { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public bool Archived { get; init; }

    public ScopeTermsState? Terms { get; init; }

    public ScopeSnapshot ToSnapshot()
    {
        var path = new ScopePath(Path);
        return new(
            path, DisplayName ?? path.Name, Description, Visibility, Anonymous, Suspended, EndsAt, Epoch, Admission, StartsAt, Archived, Terms?.ToTerms());
    }
}

/// <summary>The persisted shape of what a scope asks those to sign who enter it.</summary>
internal sealed record ScopeTermsState
{
    public ImmutableArray<DateTimeOffset> Published { get; init; } = [];

    public TimeSpan Grace { get; init; }

    public TimeSpan? RenewEvery { get; init; }

    public bool Required { get; init; }

    public ScopeTerms ToTerms() => new(Published, Grace, RenewEvery, Required);
}
