using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <summary>A decoded session with the rows that it hangs on, and the last judgement of it, good while none of its grounds changed.</summary>
internal sealed class CachedSession(SessionSnapshot snapshot)
{
    private Judgement? _last;

    public SessionSnapshot Snapshot { get; } = snapshot;

    public StateKey UserRow { get; } = new(StateNames.User, snapshot.User.ToString());

    public StateKey MembershipsRow { get; } = new(StateNames.Memberships, snapshot.User.ToString());

    /// <summary>The live session on these grounds. The caller has found it alive.</summary>
    public LiveSession Judged(UserSnapshot user, Fact memberships, Fact scopes, long seenAt, DateTimeOffset now)
    {
        var last = _last;
        if (last is not null
            && ReferenceEquals(last.Live.User, user)
            && ReferenceEquals(last.Memberships, memberships)
            && ReferenceEquals(last.Scopes, scopes)
            && last.SeenAt == seenAt
            && now >= last.From && now < last.Until)
        {
            return last.Live;
        }

        var catalogue = (IScopeCatalogue)scopes.Value!;
        var index = (MembershipIndex)memberships.Value!;
        var access = new ScopeAccess(catalogue, index, now);
        var live = Judge(user, catalogue, access, seenAt);
        _last = new Judgement(live, memberships, scopes, seenAt, now, access.NextChange());
        return live;
    }

    private LiveSession Judge(UserSnapshot user, IScopeCatalogue catalogue, ScopeAccess access, long seenAt)
    {
        ScopeSnapshot? scope = null;
        if (Snapshot.Scope is { } entered && catalogue.Find(entered) is { } found && found.Epoch == Snapshot.ScopeEpoch && access.MayEnter(entered))
        {
            scope = found;
        }

        var roles = scope is null ? [] : access.RolesIn(scope.Path);
        return new LiveSession(Snapshot, user, DateTimeOffset.FromUnixTimeMilliseconds(seenAt), access, scope, roles);
    }

    private sealed record Judgement(LiveSession Live, Fact Memberships, Fact Scopes, long SeenAt, DateTimeOffset From, DateTimeOffset Until);
}
