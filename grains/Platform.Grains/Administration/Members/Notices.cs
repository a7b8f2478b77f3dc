using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Members;

/// <summary>What people are told before something ends.</summary>
public sealed class NoticeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Notices";

    /// <summary>How long before its end people are told of it. Default: 30 days; 1 day to 366 days.</summary>
    public TimeSpan Before { get; set; } = TimeSpan.FromDays(30);
}

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
    private const int MaxEnds = 200;

    /// <summary>How many ends of memberships are looked at: those of scopes that the actor does not manage among them.</summary>
    private const int MaxLookedAt = 5_000;

    private readonly IStateStore _store;
    private readonly AuthorityReader _authorities;
    private readonly MemberTable _table;
    private readonly NoticeOptions _options;
    private readonly TimeProvider _time;

    internal Notices(IStateStore store, AuthorityReader authorities, MemberTable table, IOptions<NoticeOptions> options, TimeProvider time)
    {
        _store = store;
        _authorities = authorities;
        _table = table;
        _options = options.Value;
        _time = time;
    }

    /// <summary>For a manager.</summary>
    public async Task<AdministrationResult<ManagerNotices>> ForManagerAsync(AdministrationActor actor, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        var now = _time.GetUtcNow();
        var ends = authority.Scopes.ByName
            .Where(scope => EndsSoon(scope.EndsAt, now) && !scope.Archived && authority.Allows(Permission.EditScope, scope.Path))
            .Select(scope => new EndNotice(scope.EndsAt!.Value, scope, null))
            .ToList();
        var members = (await _table.EndingAsync(now, now + _options.Before, MaxLookedAt, cancellationToken))
            .Where(end => Admits(authority, end.Scope))
            .Take(MaxEnds)
            .ToList();
        var known = await KnownUsers.DescribeAsync(_store, [.. members.Select(end => UserKey.Parse(end.UserKey))], cancellationToken);
        ends.AddRange(members.Zip(known, (end, user) => new EndNotice(
            DateTimeOffset.FromUnixTimeMilliseconds(end.EndsAt), authority.Scopes.Find(new ScopePath(end.Scope))!, user)));
        var requests = (await _table.CountRequestsAsync(cancellationToken)).Where(waiting => Admits(authority, waiting.Scope)).Sum(waiting => waiting.Number);
        return new ManagerNotices(
            [.. ends.OrderBy(end => end.EndsAt).ThenBy(end => end.Scope.Path).Take(MaxEnds)],
            requests,
            await DefinitionAdministration.CountWaitingAsync(_store, actor, authority, cancellationToken));
    }

    /// <summary>For a user.</summary>
    public async Task<AdministrationResult<UserNotices>> ForUserAsync(AdministrationActor user, CancellationToken cancellationToken)
    {
        if (user.Subject is not { } self || self.Directory == ClientId.MemberDirectory)
        {
            return AdministrationRefusal.Forbidden("Only a user does this, for themselves.");
        }

        var authority = await _authorities.ReadAsync(user, cancellationToken);
        var now = _time.GetUtcNow();
        var known = (await KnownUsers.DescribeAsync(_store, [self], cancellationToken))[0];
        var mine = authority.Memberships.All.Where(membership => !membership.IsOver(now) && authority.Scopes.Find(membership.Scope) is not null).ToList();
        var ends = mine
            .Where(membership => EndsSoon(membership.Until, now))
            .Select(membership => new EndNotice(membership.Until!.Value, authority.Scopes.Find(membership.Scope)!, known))
            .Concat(mine.Select(membership => authority.Scopes.Find(membership.Scope)!)
                .DistinctBy(scope => scope.Path)
                .Where(scope => EndsSoon(scope.EndsAt, now))
                .Select(scope => new EndNotice(scope.EndsAt!.Value, scope, null)));
        return new UserNotices(
            [.. ends.OrderBy(end => end.EndsAt).ThenBy(end => end.Scope.Path)],
            [.. Admissions.TermsOf(authority.Scopes, authority.Memberships, now).Where(terms => terms.IsDue)]);
    }

    private bool EndsSoon(DateTimeOffset? end, DateTimeOffset now) => end > now && end <= now + _options.Before;

    private static bool Admits(Authority authority, string scope) =>
        authority.Scopes.Find(new ScopePath(scope)) is { Archived: false } found && authority.Allows(Permission.AdmitMembers, found.Path);
}
