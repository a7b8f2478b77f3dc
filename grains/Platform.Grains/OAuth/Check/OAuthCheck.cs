using Platform.Grains.Policies;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Check;

/// <inheritdoc cref="IOAuthCheck"/>
/// <remarks>It reads rows, not grains, as the check of sessions does (docs/decisions/0005-the-check-reads-rows.md).</remarks>
internal sealed class OAuthCheck(FactReader reader, TimeProvider time) : IOAuthCheck
{
    public async ValueTask<LiveClient?> FindClientAsync(ClientId id, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync([CheckRows.Client(id), CheckRows.MembershipsOf(id), CheckRows.Scopes], cancellationToken);
        return facts[0].Value is ClientSnapshot { Suspended: false } client
            ? new LiveClient(client, AccessOf(facts[1], facts[2], time.GetUtcNow()))
            : null;
    }

    public async ValueTask<ClientSnapshot?> DescribeClientAsync(ClientId id, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync([CheckRows.Client(id)], cancellationToken);
        return (ClientSnapshot?)facts[0].Value;
    }

    public async ValueTask<UserGrantsSnapshot> ReadGrantsAsync(UserKey user, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync([CheckRows.Grants(user)], cancellationToken);
        return (UserGrantsSnapshot)facts[0].Value!;
    }

    public ValueTask<LiveToken?> FindLiveAsync(TokenGrounds grounds, PolicyQuestion? policies, CancellationToken cancellationToken) => grounds switch
    {
        { Run: { } run } => FindOfRunAsync(grounds, run, policies, cancellationToken),
        { Family: { } family } => FindOfUserAsync(grounds, family, policies, cancellationToken),
        _ => FindOfClientAsync(grounds, policies, cancellationToken),
    };

    public async ValueTask<LiveToken?> FindLiveAsync(AuthorizationSnapshot authorization, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync(new AuthorizationRows(authorization).Keys, cancellationToken);
        return AuthorizationRows.Judge(authorization, facts, time.GetUtcNow()) is { } held
            ? In(authorization.Context, authorization.ContextEpoch, held.Access, (context, roles) => new LiveToken(
                held.Client, held.User, held.Session, authorization, null, held.Access, context, roles))
            : null;
    }

    public async ValueTask<LivePersonalToken?> FindLiveAsync(SecretKey personalToken, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        if ((await reader.LocateAsync(CheckRows.PersonalToken(personalToken), cancellationToken)).Value is not CachedPersonalToken located)
        {
            return null;
        }

        // Whose token it is never changes; the yes rests on this query, in which the user's list says that the token counts.
        var facts = await reader.ReadAsync(located.Rows, policies, cancellationToken);
        var now = time.GetUtcNow();
        if (facts[0].Value is not UserSnapshot { Disabled: false } user
            || ((UserGrantsSnapshot)facts[3].Value!).PersonalTokens.FirstOrDefault(token => token.Key == personalToken) is not { } listed
            || listed.EndsAt <= now
            || listed.UserEpoch != user.Epoch)
        {
            return null;
        }

        var access = AccessOf(facts[1], facts[2], now);
        return In<LivePersonalToken>(listed.Context, listed.ContextEpoch, access, (context, roles) => new(listed, user, access, context!, roles));
    }

    private async ValueTask<LiveToken?> FindOfUserAsync(TokenGrounds grounds, FamilyId family, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        // This only tells which rows the family hangs on; the yes rests on the query that follows, over all of them and the family's own.
        var row = CheckRows.Family(family);
        if ((await reader.LocateAsync(row, cancellationToken)).Value is not CachedFamily located)
        {
            return null;
        }

        var (facts, now) = await ReadAsync(located.Rows, row, grounds, policies, cancellationToken);
        return facts[located.Rows.Keys.Length].Value is CachedFamily { Snapshot: var alive } found
            && found.Rows.Keys.AsSpan().SequenceEqual(located.Rows.Keys)
            && alive.EndsAt > now
            && alive.IdleEndsAt > now
            ? Judge(alive.Authorization, grounds, facts, located.Rows.Keys.Length, now) is { } live ? live with { Family = alive } : null
            : null;
    }

    /// <summary>A token that was given to a run: the run's row stands in the place of a family's, and is over with it.</summary>
    private async ValueTask<LiveToken?> FindOfRunAsync(TokenGrounds grounds, RunId run, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        var row = CheckRows.Run(run);
        if ((await reader.LocateAsync(row, cancellationToken)).Value is not CachedRun located)
        {
            return null;
        }

        var (facts, now) = await ReadAsync(located.Rows, row, grounds, policies, cancellationToken);
        return facts[located.Rows.Keys.Length].Value is CachedRun { Snapshot: var alive } found
            && found.Rows.Keys.AsSpan().SequenceEqual(located.Rows.Keys)
            && alive.HoldsTokens(now)
            ? Judge(alive.Authorization, grounds, facts, located.Rows.Keys.Length, now) is { } live ? live with { Run = alive } : null
            : null;
    }

    /// <summary>What the rows of an authorization say at one instant, then those of what a token came from, its revocation and its client.</summary>
    /// <remarks>A token that was exchanged is another client's than its authorization's: it hangs on both (RFC 8693).</remarks>
    private async ValueTask<(FactNow[] Facts, DateTimeOffset Now)> ReadAsync(
        AuthorizationRows rows, StateKey source, TokenGrounds grounds, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync(
            [.. rows.Keys, source, CheckRows.Revocation(grounds.TokenId), CheckRows.Client(grounds.Client)], policies, cancellationToken);
        return (facts, time.GetUtcNow());
    }

    private static LiveToken? Judge(AuthorizationSnapshot authorization, TokenGrounds grounds, FactNow[] facts, int source, DateTimeOffset now)
    {
        if (facts[source + 1].Exists
            || FindClient(facts[source + 2], grounds) is not { } client
            || AuthorizationRows.Judge(authorization, facts, now) is not { } held)
        {
            return null;
        }

        return In(grounds.Context, grounds.ContextEpoch, held.Access, (context, roles) => new LiveToken(
            client, held.User, held.Session, authorization, null, held.Access, context, roles));
    }

    private async ValueTask<LiveToken?> FindOfClientAsync(TokenGrounds grounds, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync(
            [CheckRows.Client(grounds.Client), CheckRows.MembershipsOf(grounds.Client), CheckRows.Scopes, CheckRows.Revocation(grounds.TokenId)],
            policies,
            cancellationToken);
        if (FindClient(facts[0], grounds) is not { } client || facts[3].Exists)
        {
            return null;
        }

        var access = AccessOf(facts[1], facts[2], time.GetUtcNow());
        return In(grounds.Context, grounds.ContextEpoch, access, (context, roles) => new LiveToken(
            client, null, null, null, null, access, context, roles));
    }

    private static ClientSnapshot? FindClient(FactNow fact, TokenGrounds grounds) =>
        fact.Value is ClientSnapshot { Suspended: false } client && client.Epoch == grounds.ClientEpoch ? client : null;

    private static ScopeAccess AccessOf(FactNow memberships, FactNow scopes, DateTimeOffset now) =>
        new((IScopeCatalogue)scopes.Value!, (MembershipIndex)memberships.Value!, now);

    /// <summary>What <paramref name="make"/> makes of the context and the roles in it; null where the context no longer holds for its subject.</summary>
    private static T? In<T>(ScopePath? context, long epoch, ScopeAccess access, Func<ScopeSnapshot?, IReadOnlyList<string>, T> make)
        where T : class
    {
        if (context is not { } path)
        {
            return make(null, []);
        }

        return access.Scopes.Find(path) is { } scope && scope.Epoch == epoch && access.MayEnter(path) ? make(scope, access.RolesIn(path)) : null;
    }
}
