using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <inheritdoc cref="ISessionCheck"/>
/// <remarks>
/// It reads rows, not grains: a grain's activation may be on a node that was cut off, and asking four of them would not give one
/// instant. The decoded rows stay in memory; each check asks for their versions in one statement on the primary database and
/// decodes those that changed (docs/decisions/0005-the-check-reads-rows.md).
/// </remarks>
internal sealed class SessionCheck(IStateStore store, FactDecoder decoder, FactReader reader, TimeProvider time) : ISessionCheck
{
    internal static readonly StateKey ScopesKey = new(StateNames.Scopes, ScopeHierarchyState.Key);

    public ValueTask<LiveSession?> FindLiveAsync(SessionKey key, CancellationToken cancellationToken)
    {
        var sessionKey = new StateKey(StateNames.Session, key.Value);
        return reader.Known(sessionKey) is { Value: CachedSession cached } known
            ? CheckAsync(sessionKey, known.Version, cached, cancellationToken)
            : ReadAndCheckAsync(sessionKey, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ListedSession>> ListLiveAsync(UserSnapshot user, CancellationToken cancellationToken)
    {
        var probes = user.Sessions.Select(session => new StateProbe(new StateKey(StateNames.Session, session.Key.Value), 0)).ToArray();
        var answers = await store.ProbeAsync(probes, cancellationToken);
        var now = time.GetUtcNow();
        var live = new List<ListedSession>(probes.Length);
        foreach (var (entry, answer) in user.Sessions.Zip(answers))
        {
            if (answer.Version == 0 || answer.SeenAt is not { } seenAt)
            {
                continue;
            }

            var session = decoder.DecodeSession(entry.Key, answer.Payload.Span);
            if (IsAlive(session, user, seenAt, now))
            {
                live.Add(new ListedSession(entry, DateTimeOffset.FromUnixTimeMilliseconds(seenAt), session.Scope));
            }
        }

        return live;
    }

    public async ValueTask<IScopeCatalogue> ReadScopesAsync(CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync([ScopesKey], cancellationToken);
        return (IScopeCatalogue)facts[0].Value!;
    }

    private async ValueTask<LiveSession?> ReadAndCheckAsync(StateKey sessionKey, CancellationToken cancellationToken)
    {
        // This read only tells whose session it is; the yes rests on the query that follows, over all four rows.
        var answers = await store.ProbeAsync(new[] { new StateProbe(sessionKey, 0) }, cancellationToken);
        if (answers[0].Version == 0)
        {
            return null;
        }

        var fact = reader.Take(sessionKey, null, answers[0]);
        return await CheckAsync(sessionKey, fact.Version, (CachedSession)fact.Value!, cancellationToken);
    }

    private ValueTask<LiveSession?> CheckAsync(StateKey sessionKey, long version, CachedSession session, CancellationToken cancellationToken)
    {
        var user = reader.Known(session.UserRow);
        var memberships = reader.Known(session.MembershipsRow);
        var scopes = reader.Known(ScopesKey);
        var probes = new StateProbe[]
        {
            new(sessionKey, version),
            new(session.UserRow, user?.Version ?? 0),
            new(session.MembershipsRow, memberships?.Version ?? 0),
            new(ScopesKey, scopes?.Version ?? 0),
        };
        var asked = store.ProbeAsync(probes, cancellationToken);
        return asked.IsCompletedSuccessfully
            ? ValueTask.FromResult(Judge(session, probes, asked.Result, user, memberships, scopes))
            : AwaitedAsync(asked, session, probes, user, memberships, scopes);
    }

    private async ValueTask<LiveSession?> AwaitedAsync(
        ValueTask<StateProbeAnswer[]> asked, CachedSession session, StateProbe[] probes, Fact? user, Fact? memberships, Fact? scopes) =>
        Judge(session, probes, await asked, user, memberships, scopes);

    private LiveSession? Judge(CachedSession session, StateProbe[] probes, StateProbeAnswer[] answers, Fact? user, Fact? memberships, Fact? scopes)
    {
        if (answers[0].Version == 0 || answers[0].SeenAt is not { } seenAt)
        {
            reader.Forget(probes[0].Key);
            return null;
        }

        if (answers[0].Version != probes[0].KnownVersion)
        {
            session = (CachedSession)reader.Take(probes[0].Key, null, answers[0]).Value!;
        }

        user = reader.Take(probes[1].Key, user, answers[1]);
        memberships = reader.Take(probes[2].Key, memberships, answers[2]);
        scopes = reader.Take(probes[3].Key, scopes, answers[3]);
        var now = time.GetUtcNow();
        if (user.Value is not UserSnapshot snapshot || !IsAlive(session.Snapshot, snapshot, seenAt, now))
        {
            return null;
        }

        return session.Judged(snapshot, memberships, scopes, seenAt, now);
    }

    /// <summary>Whether a session holds, as its user says now.</summary>
    internal static bool IsAlive(SessionSnapshot session, UserSnapshot user, long seenAt, DateTimeOffset now)
    {
        if (user.Disabled
            || user.Key != session.User
            || user.Epoch != session.UserEpoch
            || session.EndsAt <= now
            || DateTimeOffset.FromUnixTimeMilliseconds(seenAt) + session.IdleTimeout <= now)
        {
            return false;
        }

        foreach (var listed in user.Sessions)
        {
            if (listed.Key == session.Key)
            {
                return true;
            }
        }

        return false;
    }
}
