using System.Collections.Immutable;
using System.Data.Common;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>How a membership stands.</summary>
public enum MemberStanding
{
    /// <summary>It counts, if the scope is open.</summary>
    Active,

    /// <summary>It is asked for, and nobody has answered yet.</summary>
    Pending,

    /// <summary>It is suspended.</summary>
    Suspended,

    /// <summary>Its end has passed.</summary>
    Ended,
}

/// <summary>Which memberships are wanted; what is null does not restrict.</summary>
public sealed record MemberFilter
{
    /// <summary>Of one of these scopes; what the actor may not see is left out by the caller.</summary>
    public ScopeSelection? Scopes { get; init; }

    /// <summary>Of this user, or client as a member.</summary>
    public UserKey? User { get; init; }

    /// <summary>A text in the member's user name, full name, mail address or key, in any letter case.</summary>
    public string? Text { get; init; }

    /// <summary>Those that give this role.</summary>
    public string? Role { get; init; }

    /// <summary>How they stand: in one of these ways. Without <see cref="MemberStanding.Pending"/> no requests are listed.</summary>
    public IReadOnlyCollection<MemberStanding>? Standings { get; init; }

    /// <summary>Those that end before then.</summary>
    public DateTimeOffset? EndsBefore { get; init; }
}

/// <summary>A membership in a list, or a request for one.</summary>
/// <param name="User">The member: a user, or a client as a member.</param>
/// <param name="Profile">What their directory says of them; null: they were admitted before they were seen, or are a client.</param>
/// <param name="UserDisabled">Whether they are disabled.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Standing">How the membership stands.</param>
/// <param name="Memberships">What gives it: the platform, and directories; empty: it is a request.</param>
/// <param name="Request">The request that waits; null: none.</param>
public sealed record MemberListItem(
    UserKey User,
    UserProfile? Profile,
    bool UserDisabled,
    ScopePath Scope,
    MemberStanding Standing,
    ImmutableArray<Membership> Memberships,
    MemberRequest? Request);

/// <summary>A request to become a member that nobody has answered yet.</summary>
/// <param name="Message">What the user says; null: nothing.</param>
/// <param name="RequestedAt">When (UTC).</param>
public sealed record MemberRequest(string? Message, DateTimeOffset RequestedAt);

/// <summary>Lists the members of scopes and the requests to become one, by name. What the actor may see is decided by the caller.</summary>
public sealed class MemberList(IDatabase database, TimeProvider time)
{
    private static readonly ListQuery Query = new(
        "members",
        "member_index m left join user_index u on u.key = m.user_key",
        [new("coalesce(u.name, m.user_key)"), new("m.user_key"), new("m.scope"), new("case when m.pending then 1 else 0 end", IsNumber: true)],
        "state.payload, profile.payload",
        $"""
        join grain_state state on state.type = '{StateNames.Memberships}' and state.key = page.k1
        left join grain_state profile on profile.type = '{StateNames.User}' and profile.key = page.k1
        """);

    /// <summary>A page of the memberships and requests that the filter takes, by user name and then by scope.</summary>
    public Task<AdministrationResult<Page<MemberListItem>>> FindAsync(MemberFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var conditions = new ListConditions();
        conditions.AddScopes("m.scope", filter.Scopes);
        conditions.AddEqual("m.user_key", filter.User?.ToString());
        conditions.AddText("coalesce(u.search, m.user_key)", filter.Text);
        if (filter.Role is { } role)
        {
            conditions.Add(
                $"""
                not m.pending and exists (
                  select 1 from member_role_index r where r.scope = m.scope and r.user_key = m.user_key and r.role = {conditions.Bind(role)})
                """);
        }

        if (filter.EndsBefore is { } end)
        {
            conditions.Add($"m.ends_at < {conditions.Bind(end.ToUnixTimeMilliseconds())}");
        }

        AddStandings(conditions, filter.Standings, now);
        return Query.RunAsync(database, conditions, page, row => Read(row, now), cancellationToken);
    }

    private static void AddStandings(ListConditions conditions, IReadOnlyCollection<MemberStanding>? standings, DateTimeOffset now)
    {
        if (standings is null)
        {
            return;
        }

        var over = $"coalesce(m.ends_at <= {conditions.Bind(now.ToUnixTimeMilliseconds())}, 1 = 0)";
        var terms = standings.Distinct().Select(standing => standing switch
        {
            MemberStanding.Pending => "m.pending",
            MemberStanding.Ended => $"not m.pending and {over}",
            MemberStanding.Suspended => $"not m.pending and m.suspended and not {over}",
            _ => $"not m.pending and not m.suspended and not {over}",
        });
        conditions.Add($"({string.Join(" or ", terms.DefaultIfEmpty("1 = 0"))})");
    }

    private static MemberListItem? Read(DbDataReader row, DateTimeOffset now)
    {
        var user = UserKey.Parse(row.GetString(1));
        var scope = new ScopePath(row.GetString(2));
        var state = StateSerializer.Deserialize<MembershipsState>(row.GetFieldValue<byte[]>(Query.FirstColumn));
        var profile = row.IsDBNull(Query.FirstColumn + 1) ? null : StateSerializer.Deserialize<UserState>(row.GetFieldValue<byte[]>(Query.FirstColumn + 1));
        if (row.GetInt64(3) == 1)
        {
            var request = state.Requests.FirstOrDefault(one => one.Scope == scope.Value && one.RejectedAt is null);
            return request is null
                ? null
                : new(user, profile?.Profile, profile?.Disabled ?? false, scope, MemberStanding.Pending, [], new(request.Message, request.RequestedAt));
        }

        ImmutableArray<Membership> memberships = [.. state.Items.Where(item => item.Scope == scope.Value).Select(item => item.ToMembership())];
        return new(user, profile?.Profile, profile?.Disabled ?? false, scope, StandingOf(memberships, now), memberships, null);
    }

    private static MemberStanding StandingOf(ImmutableArray<Membership> memberships, DateTimeOffset now) =>
        memberships.All(membership => membership.IsOver(now)) ? MemberStanding.Ended
        : memberships.Any(membership => membership.Suspended) ? MemberStanding.Suspended
        : MemberStanding.Active;
}
