using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Users;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Sessions;

/// <summary>How many were ended.</summary>
/// <param name="Users">The users whose sessions and tokens are over.</param>
/// <param name="Sessions">The sessions that were on their lists.</param>
public sealed record EndedCount(long Users, long Sessions);

/// <summary>
/// Ends logins. What is answered for is over on every node: each of these changes a row that every check rests on (invariant 2,
/// docs/decisions/0070-ending-sessions.md).
/// </summary>
public sealed class SessionAdministration
{
    private const int BatchSize = 200;

    private static readonly AdministrationRefusal NoSuchSession = new(RefusalKind.NotFound, "no-such-session", "There is no such live session.");

    private readonly IStateStore _store;
    private readonly SessionList _list;
    private readonly AuthorityReader _authorities;
    private readonly EndedSessions _ended;
    private readonly IAuditLog _audit;
    private readonly TimeProvider _time;

    internal SessionAdministration(
        IStateStore store, SessionList list, AuthorityReader authorities, EndedSessions ended, IAuditLog audit, TimeProvider time)
    {
        _store = store;
        _list = list;
        _authorities = authorities;
        _ended = ended;
        _audit = audit;
        _time = time;
    }

    /// <summary>Live sessions that the actor may see: all for those who administer users, and otherwise those that are in scopes of theirs.</summary>
    public async Task<AdministrationResult<Page<SessionListItem>>> ListAsync(
        AdministrationActor actor, SessionFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (!authority.AllowsAnywhere(Permission.ManageUsers))
        {
            var seen = authority.Scopes.ByName.Select(scope => scope.Path).Where(path => authority.Allows(Permission.ViewSessions, path)).ToList();
            if (seen.Count == 0)
            {
                return AdministrationRefusal.Forbidden("Sessions are seen by managers alone.");
            }

            filter = filter with { Scopes = new ScopeSelection([.. seen.Where(path => filter.Scopes?.Contains(path) ?? true)], []) };
        }

        return await _list.FindAsync(filter, page, cancellationToken);
    }

    /// <summary>Ends one session.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="handle">The session's public name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<EndedCount>> EndAsync(AdministrationActor actor, string handle, CancellationToken cancellationToken)
    {
        if (!(await _authorities.ReadAsync(actor, cancellationToken)).AllowsAnywhere(Permission.ManageUsers))
        {
            return AdministeredRow.NotAllowed;
        }

        // The list only tells whose it is.
        var located = await _list.FindAsync(new SessionFilter { Handle = handle }, new PageRequest(1), cancellationToken);
        if (!located.IsDone || located.Value.Items is not [var session])
        {
            return NoSuchSession;
        }

        UserSessionState? removed = null;
        var result = await StateTransaction.RunAsync<AdministrationResult<EndedCount>>(
            _store,
            async (transaction, token) =>
            {
                var found = await AdministeredRow.FindAsync(transaction, actor, session.Session.User.ToString(), _time.GetUtcNow(), token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                removed = found.Value.State.Sessions.FirstOrDefault(listed => listed.Handle == handle);
                if (removed is null)
                {
                    return NoSuchSession;
                }

                transaction.Set(
                    StateNames.User, found.Value.Key.ToString(), found.Value.State with { Sessions = found.Value.State.Sessions.Remove(removed) });
                return new EndedCount(1, 1);
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor, session.Session.User.ToString(), $"session {handle}");
            await _ended.TidyAsync([removed!.Key]);
        }

        return result;
    }

    /// <summary>Ends all sessions and tokens of a user.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="user">A local user name, or <c>directory:id</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<EndedCount>> EndOfUserAsync(AdministrationActor actor, string user, CancellationToken cancellationToken)
    {
        (UserKey Key, UserState State)? ended = null;
        var result = await StateTransaction.RunAsync<AdministrationResult<EndedCount>>(
            _store,
            async (transaction, token) =>
            {
                var found = await AdministeredRow.FindAsync(transaction, actor, user, _time.GetUtcNow(), token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                var (key, state, _) = found.Value;
                transaction.Set(StateNames.User, key.ToString(), UserChanges.EndAll(state));
                ended = (key, state);
                return new EndedCount(1, state.Sessions.Length);
            },
            cancellationToken);
        if (result.IsDone && ended is var (of, before))
        {
            await RecordAsync(actor, of.ToString(), "all sessions and tokens");
            await _ended.TidyAsync(before.Sessions.Select(session => session.Key));
        }

        return result;
    }

    /// <summary>Has whoever is in a scope be in it no longer, and ends the tokens for it. The sessions go on.</summary>
    public async Task<AdministrationResult<EndedCount>> EndInScopeAsync(AdministrationActor actor, ScopePath scope, CancellationToken cancellationToken)
    {
        var result = await StateTransaction.RunAsync<AdministrationResult<EndedCount>>(
            _store,
            async (transaction, token) =>
            {
                var authority = await Authority.ReadAsync(transaction, actor, _time.GetUtcNow(), token);
                if (!authority.Sees(scope) || !authority.Allows(Permission.EndSessions, scope))
                {
                    return authority.Refuse(scope, "You may not end sessions in this scope.");
                }

                var state = (await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, token))!;
                var index = ScopeHierarchyChanges.IndexOf(state, scope);
                transaction.Set(StateNames.Scopes, ScopeHierarchyState.Key, ScopeHierarchyChanges.RevokePresence(state, index));
                return new EndedCount(0, 0);
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor, scope.Value, "presence of all sessions, and tokens for it");
        }

        return result;
    }

    /// <summary>Ends all sessions and tokens of all users, the actor's too. When it is answered, whatever began before the call is over.</summary>
    public async Task<AdministrationResult<EndedCount>> EndAllAsync(AdministrationActor actor, CancellationToken cancellationToken)
    {
        if (!(await _authorities.ReadAsync(actor, cancellationToken)).AllowsAnywhere(Permission.ManageUsers))
        {
            return AdministeredRow.NotAllowed;
        }

        await RecordAsync(actor, null, "all sessions and tokens of all users");
        var sessions = new List<string>();
        var users = 0L;
        string? after = null;
        while (await _store.ListAsync(StateNames.User, after, BatchSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Key.Key;
            var keys = page.Select(row => row.Key.Key).ToList();
            var batch = await StateTransaction.RunAsync(_store, (transaction, token) => EndAsync(transaction, keys, token), cancellationToken);
            users += batch.Count;
            sessions.AddRange(batch.SelectMany(user => user.Sessions).Select(session => session.Key));
        }

        await _ended.TidyAsync(sessions);
        return new EndedCount(users, sessions.Count);
    }

    private static async Task<List<UserState>> EndAsync(StateTransaction transaction, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var ended = new List<UserState>();
        foreach (var key in keys)
        {
            if (await transaction.FindAsync<UserState>(StateNames.User, key, cancellationToken) is { } state)
            {
                transaction.Set(StateNames.User, key, UserChanges.EndAll(state));
                ended.Add(state);
            }
        }

        return ended;
    }

    private ValueTask RecordAsync(AdministrationActor actor, string? what, string detail) =>
        _audit.RecordAsync(new AuditEntry(AuditActions.EndSession, AuditEntry.Ok, actor.Name, what, actor.Address, detail), CancellationToken.None);
}
