using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Runs;

/// <inheritdoc cref="IRunQueue"/>
/// <remarks>
/// A transaction over the queue's row and the run's, and no call of a grain (docs/decisions/0080-one-queue-in-transactions.md). Counts come from
/// an index that a trigger keeps in the transaction of each run's row, and are read after the queue's row: whatever is taken meanwhile moves that
/// row on, and the commit fails. What only frees places does not, and need not.
/// </remarks>
internal sealed class RunQueue(IStateStore store, IDatabase database, IOptions<RunOptions> options, TimeProvider time) : IRunQueue
{
    // Written into the statements, so that the partial indexes are used.
    private const string IsQueued = $"phase = '{nameof(RunPhase.Queued)}'";
    private const string IsActive = $"phase <> '{nameof(RunPhase.Ended)}'";

    /// <summary>How many waiting runs are looked at in one statement.</summary>
    private const int Chunk = 500;

    /// <summary>How often an act is begun anew, each time with several attempts, while other nodes go on moving the row.</summary>
    private const int Attempts = 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    // Calls of this node do not have to meet at the row: they would only repeat each other's work.
    private readonly SemaphoreSlim _own = new(1, 1);

    public async ValueTask<RunSubmission> SubmitAsync(NewRun run, CancellationToken cancellationToken) =>
        await OneByOneAsync(token => StateTransaction.RunAsync(store, (transaction, inner) => SubmitAsync(transaction, run, inner), token), cancellationToken);

    public async ValueTask<RunSnapshot?> ClaimAsync(string machine, CancellationToken cancellationToken) =>
        await OneByOneAsync(token => StateTransaction.RunAsync(store, (transaction, inner) => ClaimAsync(transaction, machine, inner), token), cancellationToken);

    public async ValueTask<IReadOnlyDictionary<RunId, int>> FindPositionsAsync(IReadOnlyCollection<RunSnapshot> runs, CancellationToken cancellationToken)
    {
        var waiting = runs.Where(run => run.Phase == RunPhase.Queued).Select(run => run.Id.GrainKey).ToArray();
        if (waiting.Length == 0)
        {
            return new Dictionary<RunId, int>();
        }

        var keys = new ListConditions();
        var rows = await ReadAsync<(string Key, long Before)>(
            $"""
            SELECT r.key, (SELECT count(*) FROM run_index b WHERE b.{IsQueued} AND b.scope = r.scope AND b.sequence < r.sequence)
            FROM run_index r WHERE r.{IsQueued} AND r.key IN ({string.Join(", ", waiting.Select(keys.Bind))})
            """,
            keys.Parameters,
            cancellationToken);
        return rows.ToDictionary(row => RunId.FromGrainKey(row.Key), row => (int)row.Before);
    }

    public ValueTask<RunTerms> ReadTermsAsync(ScopePath scope, CancellationToken cancellationToken) =>
        RunTermsRows.ReadAsync(store, scope, options.Value, cancellationToken);

    public async ValueTask<IReadOnlyList<RunId>> ListOfMachineAsync(string machine, CancellationToken cancellationToken)
    {
        var keys = await ReadAsync<string>(
            $"SELECT key FROM run_index WHERE machine = @machine AND {IsActive} ORDER BY sequence", new { machine }, cancellationToken);
        return [.. keys.Select(RunId.FromGrainKey)];
    }

    private async Task<RunSubmission> SubmitAsync(StateTransaction transaction, NewRun run, CancellationToken cancellationToken)
    {
        var queue = await FindAsync(transaction, cancellationToken);
        var scope = run.Authorization.Context!.Value;
        var terms = await RunTermsRows.ReadAsync(transaction, scope, options.Value, cancellationToken);
        if (FindRefusal(terms, run, scope) is { } refusal)
        {
            return refusal;
        }

        var ofUser = await CountWaitingAsync("user_key", run.Authorization.User.ToString(), cancellationToken);
        if (ofUser >= options.Value.QueuedPerUser)
        {
            return Refuse(RunRefusal.UserQuota, $"{ofUser} runs of yours wait already, which is as many as there may be.");
        }

        var ofScope = await CountWaitingAsync("scope", scope.Value, cancellationToken);
        if (ofScope >= options.Value.QueuedPerScope)
        {
            return Refuse(RunRefusal.ScopeQuota, $"{ofScope} runs wait in {scope} already, which is as many as there may be.");
        }

        var state = RunState.From(run, queue.Next, time.GetUtcNow());
        await transaction.FindAsync<RunState>(StateNames.Run, run.Id.GrainKey, cancellationToken);
        transaction.Set(StateNames.Run, run.Id.GrainKey, state);
        transaction.Set(StateNames.RunQueue, RunQueueState.Key, queue with { Next = queue.Next + 1 });
        return new RunSubmission(null, state.ToSnapshot(run.Id), null);
    }

    private static RunSubmission? FindRefusal(RunTerms terms, NewRun run, ScopePath scope)
    {
        return !terms.Admit(run.Access, scope) ? Refuse(RunRefusal.NotAllowed, $"In {scope} runs are started by those whose role allows it{(terms.ForMembers ? ", and by members" : "")}.")
            : !terms.Images.Contains(run.Request.Image) ? Refuse(RunRefusal.ImageNotAllowed, $"The image '{run.Request.Image}' is not on the list of {scope}, nor on one above it.")
            : terms.FindExcess(run.Request.Limits) is { } excess ? Refuse(RunRefusal.OverLimit, excess)
            : null;
    }

    private static RunSubmission Refuse(RunRefusal refusal, string detail) => new(refusal, null, detail);

    private async Task<RunSnapshot?> ClaimAsync(StateTransaction transaction, string machine, CancellationToken cancellationToken)
    {
        var queue = await FindAsync(transaction, cancellationToken);
        var places = new Places(
            await ReadAsync<(string, string, long)>(
                $"SELECT scope, user_key, count(*) FROM run_index WHERE {IsActive} AND machine IS NOT NULL GROUP BY scope, user_key",
                new { },
                cancellationToken),
            options.Value.RunningPerUser);
        var after = 0L;
        while (true)
        {
            var waiting = await ReadAsync<(string Key, string Scope, string User, long Sequence)>(
                $"SELECT key, scope, user_key, sequence FROM run_index WHERE {IsQueued} AND sequence > @after ORDER BY sequence LIMIT @chunk",
                new { after, chunk = Chunk },
                cancellationToken);
            foreach (var (key, scope, user, sequence) in waiting)
            {
                after = sequence;
                if (await places.HaveOneAsync(scope, user, ReadRunningAsync)
                    && await transaction.FindAsync<RunState>(StateNames.Run, key, cancellationToken) is { Phase: RunPhase.Queued } state)
                {
                    state = state with { Phase = RunPhase.Preparing, Machine = machine };
                    transaction.Set(StateNames.Run, key, state);
                    transaction.Set(StateNames.RunQueue, RunQueueState.Key, queue with { Taken = queue.Taken + 1 });
                    return state.ToSnapshot(RunId.FromGrainKey(key));
                }
            }

            if (waiting.Count < Chunk)
            {
                return null;
            }
        }

        async ValueTask<int> ReadRunningAsync(string scope) =>
            (await RunTermsRows.ReadAsync(transaction, new ScopePath(scope), options.Value, cancellationToken)).Running;
    }

    private static async Task<RunQueueState> FindAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.FindAsync<RunQueueState>(StateNames.RunQueue, RunQueueState.Key, cancellationToken) ?? new RunQueueState();

    private async Task<long> CountWaitingAsync(string column, string value, CancellationToken cancellationToken) =>
        (await ReadAsync<long>($"SELECT count(*) FROM run_index WHERE {IsQueued} AND {column} = @value", new { value }, cancellationToken))[0];

    private ValueTask<List<T>> ReadAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async (DbConnection connection, CancellationToken token) =>
            (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(),
        cancellationToken);

    private async Task<T> OneByOneAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        await _own.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await act(cancellationToken);
                }
                catch (ConflictException) when (attempt < Attempts)
                {
                    // The jitter lets nodes that met again and again pass each other.
                    await Task.Delay(LongestWait * Random.Shared.NextDouble(), cancellationToken);
                }
            }
        }
        finally
        {
            _own.Release();
        }
    }

    /// <summary>The places that runs take at an instant.</summary>
    private sealed class Places
    {
        private readonly Dictionary<string, long> _ofScopes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _ofUsers = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _most = new(StringComparer.Ordinal);
        private readonly int _mostOfUser;

        public Places(IEnumerable<(string Scope, string User, long Count)> taken, int mostOfUser)
        {
            _mostOfUser = mostOfUser;
            foreach (var (scope, user, count) in taken)
            {
                _ofScopes[scope] = _ofScopes.GetValueOrDefault(scope) + count;
                _ofUsers[user] = _ofUsers.GetValueOrDefault(user) + count;
            }
        }

        public async ValueTask<bool> HaveOneAsync(string scope, string user, Func<string, ValueTask<int>> readMost)
        {
            if (_ofUsers.GetValueOrDefault(user) >= _mostOfUser)
            {
                return false;
            }

            if (!_most.TryGetValue(scope, out var most))
            {
                most = _most[scope] = await readMost(scope);
            }

            return _ofScopes.GetValueOrDefault(scope) < most;
        }
    }
}
