using System.Collections.Immutable;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Members;

/// <summary>Something that ends soon.</summary>
/// <param name="EndsAt">When (UTC).</param>
/// <param name="Scope">The scope that ends, or of which the membership is.</param>
/// <param name="Member">Whose membership ends; null: the scope itself does.</param>
public sealed record EndNotice(DateTimeOffset EndsAt, ScopeSnapshot Scope, KnownUser? Member);

/// <summary>What a user is told.</summary>
/// <param name="Ends">The scopes that they belong to, and memberships of their own, that end soon, the soonest first.</param>
/// <param name="TermsDue">The acceptable-use policies that they should sign.</param>
public sealed record UserNotices(ImmutableArray<EndNotice> Ends, ImmutableArray<OwnTerms> TermsDue);

/// <summary>What a manager is told.</summary>
/// <param name="Ends">The scopes that they manage, and memberships there, that end soon, the soonest first; at most 200.</param>
/// <param name="Requests">How many requests wait in scopes that they manage.</param>
/// <param name="Definitions">How many definitions wait for their approval.</param>
public sealed record ManagerNotices(ImmutableArray<EndNotice> Ends, long Requests, long Definitions);

/// <summary>What ends within the time that the settings say, and what waits. Worked out when it is asked for.</summary>
public sealed class Notices
{
    /// <summary>For a manager.</summary>
    public Task<AdministrationResult<ManagerNotices>> ForManagerAsync(AdministrationActor actor, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>For a user.</summary>
    public Task<AdministrationResult<UserNotices>> ForUserAsync(AdministrationActor user, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
