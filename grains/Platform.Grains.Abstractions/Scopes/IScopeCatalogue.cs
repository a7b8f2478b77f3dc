namespace Platform.Grains.Scopes;

/// <summary>The hierarchy of one instant, indexed for reading.</summary>
public interface IScopeCatalogue
{
    /// <summary>All scopes, ordered by name and then by path (ordinal).</summary>
    IReadOnlyList<ScopeSnapshot> ByName { get; }

    /// <summary>One scope, suspended and ended ones included; null where there is none.</summary>
    ScopeSnapshot? Find(ScopePath path);

    /// <summary>The scopes that ask those who enter to sign something, ordered by path.</summary>
    IReadOnlyList<ScopeSnapshot> WithTerms { get; }

    /// <summary>Whether the scope and everything above it is open: begun, neither suspended nor archived nor past its end.</summary>
    bool IsOpen(ScopePath path, DateTimeOffset now);

    /// <summary>The first beginning or end of a scope after <paramref name="now"/>; what was found at <paramref name="now"/> holds until then.</summary>
    DateTimeOffset NextChange(DateTimeOffset now);
}
