using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Sessions;

/// <summary>What applications store in a session, each attribute with a version of its own (contracts/gcube-http.md, "jsessionid in the URL").</summary>
[Alias("platform.ISessionAttributesGrain")]
public interface ISessionAttributesGrain : IGrainWithStringKey
{
    /// <summary>All attributes, without their content.</summary>
    [Alias("ListAsync"), Idempotent]
    Task<ImmutableArray<SessionAttributeInfo>> ListAsync();

    /// <summary>One attribute; null where it is not set.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<SessionAttribute?> FindAsync(string name);

    /// <summary>Stores an attribute.</summary>
    /// <param name="name">Letters, digits, <c>.</c>, <c>_</c>, <c>-</c>; 1 to 128 characters.</param>
    /// <param name="mediaType">The content's media type.</param>
    /// <param name="content">The content.</param>
    /// <param name="condition">What has to hold for the change.</param>
    /// <param name="sessionEndsAt">The session's absolute end (UTC), by which the sweeper deletes what a race with a logout left.</param>
    [Alias("PutAsync")]
    Task<SessionAttributeResult> PutAsync(
        string name, string mediaType, ImmutableArray<byte> content, ChangeCondition condition, DateTimeOffset sessionEndsAt);

    /// <summary>Removes an attribute.</summary>
    [Alias("RemoveAsync")]
    Task<SessionAttributeResult> RemoveAsync(string name, ChangeCondition condition);

    /// <summary>Deletes all, with the session.</summary>
    [Alias("ClearAsync"), Idempotent]
    Task ClearAsync();
}

/// <summary>An attribute without its content.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ETag">Its version, new at every change.</param>
/// <param name="Length">Its size in bytes.</param>
[GenerateSerializer, Immutable, Alias("platform.SessionAttributeInfo")]
public sealed record SessionAttributeInfo([property: Id(0)] string Name, [property: Id(1)] string ETag, [property: Id(2)] int Length);

/// <summary>An attribute.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ETag">Its version, new at every change.</param>
/// <param name="MediaType">The content's media type.</param>
/// <param name="Content">The content.</param>
[GenerateSerializer, Immutable, Alias("platform.SessionAttribute")]
public sealed record SessionAttribute(
    [property: Id(0)] string Name,
    [property: Id(1)] string ETag,
    [property: Id(2)] string MediaType,
    [property: Id(3)] ImmutableArray<byte> Content);

/// <summary>How a change of an attribute ended.</summary>
[Alias("platform.SessionAttributeOutcome")]
public enum SessionAttributeOutcome
{
    /// <summary>Stored as a new attribute.</summary>
    Created,

    /// <summary>Stored over an older value.</summary>
    Replaced,

    /// <summary>Removed.</summary>
    Removed,

    /// <summary>There is no such attribute.</summary>
    NotFound,

    /// <summary>The condition does not hold.</summary>
    PreconditionFailed,

    /// <summary>The content, the number of attributes or their sum is over the limit.</summary>
    TooLarge,
}

/// <summary>How a change of an attribute ended.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="ETag">The attribute's version now; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("platform.SessionAttributeResult")]
public sealed record SessionAttributeResult([property: Id(0)] SessionAttributeOutcome Outcome, [property: Id(1)] string? ETag);
