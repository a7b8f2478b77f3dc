using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Scopes;

/// <summary>The hierarchy of infrastructures, VOs and VREs, in one row: a change of it is seen whole or not at all.</summary>
[Alias("platform.IScopeHierarchyGrain")]
public interface IScopeHierarchyGrain : IGrainWithStringKey
{
    /// <summary>One scope; null where there is none.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<ScopeSnapshot?> FindAsync(ScopePath path);
}

/// <summary>Who finds a scope in a list.</summary>
[Alias("platform.ScopeVisibility")]
public enum ScopeVisibility
{
    /// <summary>Everyone.</summary>
    Public,

    /// <summary>Its members and the managers above it.</summary>
    Members,

    /// <summary>Its managers alone; its members may enter it all the same.</summary>
    Hidden,
}

/// <summary>A scope as the hierarchy hands it out.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="DisplayName">Its name; the path's last name unless another was given.</param>
/// <param name="Description">Any text, HTML included, returned unchanged; null where none was given.</param>
/// <param name="Visibility">Who finds it in a list.</param>
/// <param name="AnonymousOperations">What callers without a session may do in it, for instance <c>read</c>; ordered.</param>
/// <param name="Suspended">Whether it is closed.</param>
/// <param name="EndsAt">When it ends (UTC); null: not.</param>
/// <param name="Epoch">The revocation epoch: sessions that entered it under an older one are no longer in it.</param>
/// <param name="Admission">How people become members.</param>
/// <param name="StartsAt">When it begins (UTC); null: at once.</param>
/// <param name="Archived">Whether it is closed for good.</param>
/// <param name="Terms">What it asks those to sign who enter it or what lies below it; null: nothing.</param>
[GenerateSerializer, Immutable, Alias("platform.ScopeSnapshot")]
public sealed record ScopeSnapshot(
    [property: Id(0)] ScopePath Path,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string? Description,
    [property: Id(3)] ScopeVisibility Visibility,
    [property: Id(4)] ImmutableArray<string> AnonymousOperations,
    [property: Id(5)] bool Suspended,
    [property: Id(6)] DateTimeOffset? EndsAt,
    [property: Id(7)] long Epoch,
    [property: Id(8)] ScopeAdmission Admission = ScopeAdmission.Restricted,
    [property: Id(9)] DateTimeOffset? StartsAt = null,
    [property: Id(10)] bool Archived = false,
    [property: Id(11)] ScopeTerms? Terms = null)
{
    /// <summary>Whether it is open itself, whatever is above it.</summary>
    public bool IsOpen(DateTimeOffset now) => !Suspended && !Archived && !(StartsAt > now) && !(EndsAt <= now);
}
