using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Policies;

/// <summary>
/// The policy set of one protected service, keyed by <see cref="ServiceName.GrainKey"/>, with its earlier revisions. Who may change it, and
/// whether it is valid, the caller has checked.
/// </summary>
[Alias("platform.IPolicySetGrain")]
public interface IPolicySetGrain : IGrainWithStringKey
{
    /// <summary>The set; null where there is none.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<PolicyRevision?> FindAsync();

    /// <summary>Stores a set, new or over the one that is there. Repeated with the same tag, it is the same change.</summary>
    [Alias("ReplaceAsync"), Idempotent]
    Task<PolicyChangeResult> ReplaceAsync(PolicyChange change, ChangeCondition condition);

    /// <summary>Removes the set, and frees its hosts; its history stays. From then on everything at the service is denied.</summary>
    [Alias("RemoveAsync"), Idempotent]
    Task<PolicyChangeResult> RemoveAsync(PolicyRemoval removal, ChangeCondition condition);

    /// <summary>Its revisions without their documents, the newest first; at most 50 are kept.</summary>
    [Alias("ListRevisionsAsync"), Idempotent]
    Task<ImmutableArray<PolicyRevision>> ListRevisionsAsync();

    /// <summary>One revision with its document; null where there is none of this number, or no longer.</summary>
    [Alias("FindRevisionAsync"), Idempotent]
    Task<PolicyRevision?> FindRevisionAsync(long number);
}

/// <summary>What a policy set is to become.</summary>
/// <param name="Tag">A random name of this change, and the entity tag of what it makes.</param>
/// <param name="Document">The set as <c>PolicyJson</c> writes it.</param>
/// <param name="Hosts">Its hosts, as they stand in the document.</param>
/// <param name="By">Who changes it: a user key, or <c>console:name</c>.</param>
/// <param name="Comment">Why, in words; null: not said.</param>
[GenerateSerializer, Immutable, Alias("platform.PolicyChange")]
public sealed record PolicyChange(
    [property: Id(0)] string Tag,
    [property: Id(1)] string Document,
    [property: Id(2)] ImmutableArray<string> Hosts,
    [property: Id(3)] string By,
    [property: Id(4)] string? Comment);

/// <summary>The removal of a policy set.</summary>
/// <param name="Tag">A random name of this change.</param>
/// <param name="By">Who removes it.</param>
/// <param name="Comment">Why, in words; null: not said.</param>
[GenerateSerializer, Immutable, Alias("platform.PolicyRemoval")]
public sealed record PolicyRemoval([property: Id(0)] string Tag, [property: Id(1)] string By, [property: Id(2)] string? Comment);

/// <summary>One revision of a policy set.</summary>
/// <param name="Service">The service.</param>
/// <param name="Number">Its number, from 1; they follow one another.</param>
/// <param name="Tag">Its entity tag.</param>
/// <param name="Document">The set as <c>PolicyJson</c> writes it; null in lists, and where this revision removed the set.</param>
/// <param name="Removed">Whether this revision removed the set.</param>
/// <param name="ChangedAt">When (UTC).</param>
/// <param name="ChangedBy">Who.</param>
/// <param name="Comment">Why, in words; null: not said.</param>
[GenerateSerializer, Immutable, Alias("platform.PolicyRevision")]
public sealed record PolicyRevision(
    [property: Id(0)] ServiceName Service,
    [property: Id(1)] long Number,
    [property: Id(2)] string Tag,
    [property: Id(3)] string? Document,
    [property: Id(4)] bool Removed,
    [property: Id(5)] DateTimeOffset ChangedAt,
    [property: Id(6)] string ChangedBy,
    [property: Id(7)] string? Comment);

/// <summary>How a change of a policy set ended.</summary>
[Alias("platform.PolicyChangeOutcome")]
public enum PolicyChangeOutcome
{
    /// <summary>Stored as a new set.</summary>
    Created,

    /// <summary>Stored over an older one.</summary>
    Replaced,

    /// <summary>Removed.</summary>
    Removed,

    /// <summary>There is no such set.</summary>
    NotFound,

    /// <summary>The condition does not hold.</summary>
    PreconditionFailed,

    /// <summary>A host belongs to another service.</summary>
    HostTaken,
}

/// <summary>How a change of a policy set ended.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Current">The set as it is now, without its document; null where there is none.</param>
/// <param name="TakenHost">The host that belongs to another service; null: none does.</param>
/// <param name="TakenBy">That service; null: none.</param>
[GenerateSerializer, Immutable, Alias("platform.PolicyChangeResult")]
public sealed record PolicyChangeResult(
    [property: Id(0)] PolicyChangeOutcome Outcome,
    [property: Id(1)] PolicyRevision? Current,
    [property: Id(2)] string? TakenHost = null,
    [property: Id(3)] ServiceName? TakenBy = null);
