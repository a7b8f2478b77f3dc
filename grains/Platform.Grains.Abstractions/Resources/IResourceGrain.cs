using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Users;

namespace Platform.Grains.Resources;

/// <summary>One JSON document at a path in a scope, keyed by <see cref="ResourceKey"/>. Who may change it, the caller has checked.</summary>
[Alias("platform.IResourceGrain")]
public interface IResourceGrain : IGrainWithStringKey
{
    /// <summary>The document; null where there is none.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<ResourceSnapshot?> FindAsync();

    /// <summary>Stores the document, new or over the one that is there. Repeated with the same tag, it is the same change.</summary>
    [Alias("PutAsync"), Idempotent]
    Task<ResourceResult> PutAsync(ResourceChange change, ChangeCondition condition);

    /// <summary>Removes the document.</summary>
    [Alias("RemoveAsync"), Idempotent]
    Task<ResourceResult> RemoveAsync(ChangeCondition condition);
}

/// <summary>Who finds and reads a document.</summary>
[Alias("platform.ResourceVisibility")]
public enum ResourceVisibility
{
    /// <summary>Everyone; callers without a session or token where the scope is open to them.</summary>
    Public,

    /// <summary>The members of the scope that it is seen in.</summary>
    Members,

    /// <summary>The managers of the scope that it is placed in.</summary>
    Managers,
}

/// <summary>What a document is to become.</summary>
/// <param name="Tag">A random name of this change, and the entity tag of what it makes.</param>
/// <param name="Content">The document, a JSON text that was checked.</param>
/// <param name="Visibility">Who reads it; null: as before, <see cref="ResourceVisibility.Members"/> for a new one.</param>
/// <param name="AuthenticationAge">How long ago its readers and writers may have logged in; null: as before.</param>
/// <param name="Subject">Who changes it.</param>
/// <param name="Client">With which OAuth client; null: none.</param>
/// <param name="Run">The run whose token changes it; null: none.</param>
[GenerateSerializer, Immutable, Alias("platform.ResourceChange")]
public sealed record ResourceChange(
    [property: Id(0)] string Tag,
    [property: Id(1)] string Content,
    [property: Id(2)] ResourceVisibility? Visibility,
    [property: Id(3)] AuthenticationAge? AuthenticationAge,
    [property: Id(4)] UserKey Subject,
    [property: Id(5)] string? Client,
    [property: Id(6)] RunId? Run = null);

/// <summary>How long ago those who read or change a document may have logged in.</summary>
/// <param name="Max">The longest; null: it does not matter.</param>
[GenerateSerializer, Immutable, Alias("platform.AuthenticationAge")]
public sealed record AuthenticationAge([property: Id(0)] TimeSpan? Max);

/// <summary>A document as its grain hands it out.</summary>
/// <param name="Key">Where it is.</param>
/// <param name="Content">The document, a JSON text.</param>
/// <param name="Tag">Its entity tag: random, new at every change, so that none comes back.</param>
/// <param name="Visibility">Who reads it.</param>
/// <param name="MaxAuthenticationAge">How long ago its readers and writers may have logged in; null: it does not matter.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
/// <param name="ChangedAt">When it was changed last (UTC).</param>
/// <param name="ChangedBy">Who changed it last.</param>
/// <param name="ChangedByClient">With which OAuth client; null: none.</param>
/// <param name="ChangedByRun">The run whose token changed it last; null: none.</param>
[GenerateSerializer, Immutable, Alias("platform.ResourceSnapshot")]
public sealed record ResourceSnapshot(
    [property: Id(0)] ResourceKey Key,
    [property: Id(1)] string Content,
    [property: Id(2)] string Tag,
    [property: Id(3)] ResourceVisibility Visibility,
    [property: Id(4)] TimeSpan? MaxAuthenticationAge,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset ChangedAt,
    [property: Id(7)] UserKey ChangedBy,
    [property: Id(8)] string? ChangedByClient,
    [property: Id(9)] RunId? ChangedByRun);

/// <summary>How a change of a document ended.</summary>
[Alias("platform.ResourceOutcome")]
public enum ResourceOutcome
{
    /// <summary>Stored as a new document.</summary>
    Created,

    /// <summary>Stored over an older one.</summary>
    Replaced,

    /// <summary>Removed.</summary>
    Removed,

    /// <summary>There is no such document.</summary>
    NotFound,

    /// <summary>The condition does not hold.</summary>
    PreconditionFailed,
}

/// <summary>How a change of a document ended.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Resource">The document as it is now; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("platform.ResourceResult")]
public sealed record ResourceResult([property: Id(0)] ResourceOutcome Outcome, [property: Id(1)] ResourceSnapshot? Resource);
