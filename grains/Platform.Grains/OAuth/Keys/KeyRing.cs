using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Keys;

/// <inheritdoc cref="IKeyRing"/>
/// <remarks>The row is read by its version at each call; what was decrypted from it stays in memory while neither it nor a key's turn changed.</remarks>
internal sealed class KeyRing(
    IStateStore store, KeyCipher cipher, IPlatformGrains grains, IOptions<KeyRingOptions> options, TimeProvider time) : IKeyRing
{
    private static readonly StateKey Row = new(StateNames.KeyRing, KeyRingState.Key);
    private readonly KeySchedule _schedule = new(options.Value);
    private Opened? _opened;

    public async ValueTask<KeyRingSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var opened = await ReadRowAsync(cancellationToken);
        if (opened is null || _schedule.IsDue(opened.State, time.GetUtcNow()))
        {
            // All nodes may come here at once: the grain's row has one version, so one of them makes the keys and the others find them.
            await grains.KeyRing().MaintainAsync();
            opened = await ReadRowAsync(cancellationToken);
        }

        return opened?.SnapshotAt(time.GetUtcNow(), _schedule)
            ?? throw new StorageUnavailableException("The ring of signing keys was made, but is not in the database.");
    }

    private async ValueTask<Opened?> ReadRowAsync(CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _opened);
        var answers = await store.ProbeAsync(new[] { new StateProbe(Row, known?.Version ?? 0) }, cancellationToken);
        if (answers[0].Version == 0)
        {
            return null;
        }

        if (known is not null && known.Version == answers[0].Version)
        {
            return known;
        }

        try
        {
            var opened = new Opened(answers[0].Version, StateSerializer.Deserialize<KeyRingState>(answers[0].Payload.Span), cipher);
            Volatile.Write(ref _opened, opened);
            return opened;
        }
        catch (CryptographicException failure)
        {
            throw new KeyRingUnreadableException("The ring of signing keys cannot be decrypted.", failure);
        }
    }

    /// <summary>A row, decrypted.</summary>
    private sealed class Opened
    {
        private readonly Dictionary<string, byte[]> _privateKeys;
        private readonly byte[] _refreshSecret;
        private readonly byte[] _pairwiseSecret;
        private Turn? _last;

        public Opened(long version, KeyRingState state, KeyCipher cipher)
        {
            Version = version;
            State = state;
            _privateKeys = state.Keys.ToDictionary(key => key.Id, cipher.OpenKey);
            _refreshSecret = cipher.OpenRefreshSecret(state);
            _pairwiseSecret = cipher.OpenPairwiseSecret(state);
        }

        public long Version { get; }

        public KeyRingState State { get; }

        public KeyRingSnapshot SnapshotAt(DateTimeOffset now, KeySchedule schedule)
        {
            var last = Volatile.Read(ref _last);
            if (last is null || now < last.From || now >= last.Until)
            {
                last = new Turn(Take(now, schedule), now, NextTurn(now));
                Volatile.Write(ref _last, last);
            }

            return last.Snapshot;
        }

        private KeyRingSnapshot Take(DateTimeOffset now, KeySchedule schedule)
        {
            var signing = KeySchedule.Algorithms.Select(algorithm => KeySchedule.FindSigning(State, algorithm, now)).ToList();
            var keys = State.Keys
                .Select(key => new SigningKey(
                    key.Id, key.Algorithm, _privateKeys[key.Id], signing.Contains(key), key.PublishedAt, schedule.EndOf(State, key)))
                .OrderByDescending(key => key.Signs);
            return new([.. keys], _refreshSecret, _pairwiseSecret);
        }

        private DateTimeOffset NextTurn(DateTimeOffset now) =>
            State.Keys.Select(key => key.SignsFrom).Where(from => from > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    /// <summary>The ring while the same keys sign.</summary>
    private sealed record Turn(KeyRingSnapshot Snapshot, DateTimeOffset From, DateTimeOffset Until);
}
