using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Check;
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

    public ValueTask<LiveSession?> FindLiveAsync(SessionKey key, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        var sessionKey = new StateKey(StateNames.Session, key.Value);
        return reader.Known(sessionKey) is { Value: CachedSession cached } known
            ? CheckAsync(new Round(sessionKey, known.Version, cached, policies, reader), cancellationToken)
            : ReadAndCheckAsync(sessionKey, policies, cancellationToken);
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

    private async ValueTask<LiveSession?> ReadAndCheckAsync(StateKey sessionKey, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        // This read only tells whose session it is; the yes rests on the query that follows, over all rows.
        var answers = await store.ProbeAsync(new[] { new StateProbe(sessionKey, 0) }, cancellationToken);
        if (answers[0].Version == 0)
        {
            return null;
        }

        var fact = reader.Take(sessionKey, null, answers[0]);
        return await CheckAsync(new Round(sessionKey, fact.Version, (CachedSession)fact.Value!, policies, reader), cancellationToken);
    }

    private ValueTask<LiveSession?> CheckAsync(Round round, CancellationToken cancellationToken)
    {
        var asked = store.ProbeAsync(round.Probes, cancellationToken);
        if (!asked.IsCompletedSuccessfully)
        {
            return AwaitedAsync(asked, round, cancellationToken);
        }

        return TryJudge(round, asked.Result, out var live)
            ? ValueTask.FromResult(live)
            : CheckAsync(round.Again(reader), cancellationToken);
    }

    private async ValueTask<LiveSession?> AwaitedAsync(ValueTask<StateProbeAnswer[]> asked, Round round, CancellationToken cancellationToken) =>
        TryJudge(round, await asked, out var live) ? live : await CheckAsync(round.Again(reader), cancellationToken);

    /// <returns>False where the host that the question about policies names belongs to another service than was known.</returns>
    private bool TryJudge(Round round, StateProbeAnswer[] answers, out LiveSession? live)
    {
        live = null;
        var probes = round.Probes;
        if (answers[0].Version == 0 || answers[0].SeenAt is not { } seenAt)
        {
            reader.Forget(probes[0].Key);
            return true;
        }

        var session = answers[0].Version == probes[0].KnownVersion
            ? round.Session
            : (CachedSession)reader.Take(probes[0].Key, null, answers[0]).Value!;
        var user = reader.Take(probes[1].Key, round.User, answers[1]);
        var memberships = reader.Take(probes[2].Key, round.Memberships, answers[2]);
        var scopes = reader.Take(probes[3].Key, round.Scopes, answers[3]);
        if (!round.TryAnswerPolicies(reader, answers))
        {
            return false;
        }

        var now = time.GetUtcNow();
        if (user.Value is UserSnapshot snapshot && IsAlive(session.Snapshot, snapshot, seenAt, now))
        {
            live = session.Judged(snapshot, memberships, scopes, seenAt, now);
        }

        return true;
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

    /// <summary>One version query: the rows asked for, with what was known of them.</summary>
    private sealed class Round
    {
        private const int Own = 4;

        private readonly PolicyQuestion? _question;
        private readonly PolicyRows _policies;
        private readonly Fact?[] _knownPolicies;

        public Round(StateKey sessionKey, long version, CachedSession session, PolicyQuestion? question, FactReader reader)
        {
            _question = question;
            _policies = PolicyRows.Of(question, reader);
            _knownPolicies = _policies.Keys.Length == 0 ? [] : new Fact?[_policies.Keys.Length];
            Session = session;
            User = reader.Known(session.UserRow);
            Memberships = reader.Known(session.MembershipsRow);
            Scopes = reader.Known(ScopesKey);
            Probes = new StateProbe[Own + _knownPolicies.Length];
            Probes[0] = new(sessionKey, version);
            Probes[1] = new(session.UserRow, User?.Version ?? 0);
            Probes[2] = new(session.MembershipsRow, Memberships?.Version ?? 0);
            Probes[3] = new(ScopesKey, Scopes?.Version ?? 0);
            for (var index = 0; index < _knownPolicies.Length; index++)
            {
                _knownPolicies[index] = reader.Known(_policies.Keys[index]);
                Probes[Own + index] = new(_policies.Keys[index], _knownPolicies[index]?.Version ?? 0);
            }
        }

        public CachedSession Session { get; }

        public Fact? User { get; }

        public Fact? Memberships { get; }

        public Fact? Scopes { get; }

        public StateProbe[] Probes { get; }

        public Round Again(FactReader reader) => new(Probes[0].Key, Probes[0].KnownVersion, Session, _question, reader);

        public bool TryAnswerPolicies(FactReader reader, StateProbeAnswer[] answers)
        {
            if (_knownPolicies.Length == 0)
            {
                return true;
            }

            var facts = new FactNow[_knownPolicies.Length];
            for (var index = 0; index < facts.Length; index++)
            {
                facts[index] = new FactNow(reader.Take(_policies.Keys[index], _knownPolicies[index], answers[Own + index]), null);
            }

            return _policies.TryAnswer(facts);
        }
    }
}
