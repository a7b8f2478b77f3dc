namespace Platform.Grains.Scopes;

/// <summary>The hierarchy of one instant, indexed for reading.</summary>
public interface IScopeCatalogue
{
    /// <summary>All scopes, ordered by name and then by path (ordinal).</summary>
    IReadOnlyList<ScopeSnapshot> ByName { get; }

    /// <summary>One scope, suspended and ended ones included; null where there is none.</summary>
    ScopeSnapshot? Find(ScopePath path);

    /// <summary>Whether the scope and everything above it is open: neither suspended nor past its end.</summary>
    bool IsOpen(ScopePath path, DateTimeOffset now);

    /// <summary>The first end of a scope after <paramref name="now"/>; what was found at <paramref name="now"/> holds until then.</summary>
    DateTimeOffset NextEnd(DateTimeOffset now);
}
