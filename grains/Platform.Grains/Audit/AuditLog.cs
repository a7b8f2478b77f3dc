using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>
/// Appends entries to this process's chain. Entries that arrive while a transaction is under way go into the next one together, so
/// that logins do not queue behind each other; a caller goes on when the transaction with its entry is durable.
/// </summary>
internal sealed partial class AuditLog : IAuditLog, IAsyncDisposable
{
    /// <summary>How many other chains the first entry of a chain names.</summary>
    private const int WitnessLimit = 64;

    private readonly IDatabase _database;
    private readonly AuditSigner _signer;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private readonly int _maxBatch;
    private readonly string _node;
    private readonly Channel<Pending> _pending;
    private readonly Task _appending;

    /// <summary>The last entry that is known to be in the database; null where that has to be looked up first.</summary>
    private AuditHead? _head;

    private DateTimeOffset _lastAt = DateTimeOffset.MinValue;

    public AuditLog(IDatabase database, AuditSigner signer, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditLog> logger)
    {
        _database = database;
        _signer = signer;
        _time = time;
        _logger = logger;
        _maxBatch = options.Value.MaxBatch;
        _node = $"{options.Value.NodeName}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(16 * 1024) { SingleReader = true });
        _appending = Task.Run(AppendAllAsync);
    }

    /// <summary>The name of this process's chains.</summary>
    internal string Node => _node;

    /// <inheritdoc/>
    public async ValueTask RecordAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var pending = new Pending(entry, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _pending.Writer.WriteAsync(pending, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new StorageUnavailableException("The process stops; nothing is recorded any more.", e);
        }

        await pending.Durable.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Appends what is waiting and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _appending;
    }

    private async Task AppendAllAsync()
    {
        var batch = new List<Pending>(_maxBatch);
        while (await _pending.Reader.WaitToReadAsync())
        {
            while (batch.Count < _maxBatch && _pending.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            await AppendAsync(batch);
            batch.Clear();
        }
    }

    private async Task AppendAsync(IReadOnlyList<Pending> batch)
    {
        try
        {
            var key = await _signer.GetKeyAsync(CancellationToken.None);
            var at = Now();
            _head = await _database.WriteAsync(
                async (connection, transaction, token) =>
                {
                    var rows = new List<AuditRow>(batch.Count + 1);
                    var head = await FindOrOpenAsync(rows, at, connection, transaction, token);
                    foreach (var pending in batch)
                    {
                        head = Append(rows, head, at, pending.Entry, []);
                    }

                    await AuditTables.AppendAsync(connection, transaction, rows, token);
                    await AuditTables.SetHeadAsync(connection, transaction, head, AuditSigner.Sign(key, head), token);
                    return head;
                },
                CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whether the transaction took place may be unknown: the next batch looks up where the chain stands.
            _head = null;
            LogNotRecorded(_logger, batch.Count, e);
            foreach (var pending in batch)
            {
                pending.Durable.TrySetException(e);
            }

            return;
        }

        foreach (var pending in batch)
        {
            pending.Durable.TrySetResult();
        }
    }

    /// <summary>Where today's chain stands; where there is none yet, its first entry names the chains that there are.</summary>
    private async Task<AuditHead> FindOrOpenAsync(
        List<AuditRow> rows, DateTimeOffset at, DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var chain = new AuditChain(_node, AuditEncoding.DayOf(at));
        if (_head is { } known && known.Chain == chain)
        {
            return known;
        }

        if (await AuditTables.FindHeadAsync(connection, transaction, chain, cancellationToken) is { } stored)
        {
            return stored.Head;
        }

        var others = await AuditTables.ListNewestHeadsAsync(connection, transaction, WitnessLimit, cancellationToken);
        var opening = new AuditEntry(AuditActions.OpenChain, AuditEntry.Ok, null, null, "platform");
        return Append(rows, new AuditHead(chain, 0, AuditEncoding.Beginning), at, opening, [.. others.Select(other => other.Head)]);
    }

    private static AuditHead Append(List<AuditRow> rows, AuditHead head, DateTimeOffset at, AuditEntry entry, ImmutableArray<AuditHead> witnessed)
    {
        var seq = head.Seq + 1;
        var text = AuditEncoding.Encode(new AuditRecord(head.Chain, seq, at, entry) { Witnessed = witnessed });
        var hash = AuditEncoding.Hash(head.Hash, text);
        rows.Add(new AuditRow(head.Chain, seq, at.ToUnixTimeMilliseconds(), text, hash));
        return new AuditHead(head.Chain, seq, hash);
    }

    /// <summary>Now, never before an earlier entry: a clock that is set back must not reopen the chain of a day that is over.</summary>
    private DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        _lastAt = now > _lastAt ? now : _lastAt;
        return _lastAt;
    }

    private sealed record Pending(AuditEntry Entry, TaskCompletionSource Durable);
}
