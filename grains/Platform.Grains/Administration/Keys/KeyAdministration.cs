using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Administration.Keys;

/// <summary>What everyone may know of a signing key.</summary>
/// <param name="Id">Its <c>kid</c>.</param>
/// <param name="Algorithm"><c>ES256</c> or <c>RS256</c>.</param>
/// <param name="Signs">Whether new tokens are signed with it now; the others verify.</param>
/// <param name="PublishedAt">Since when it is published (UTC).</param>
/// <param name="SignsFrom">From when on it signs (UTC).</param>
/// <param name="EndsAt">When the last token that it signed is over, and it goes (UTC).</param>
public sealed record AdministeredKey(string Id, string Algorithm, bool Signs, DateTimeOffset PublishedAt, DateTimeOffset SignsFrom, DateTimeOffset EndsAt);

/// <summary>All keys of the ring, ordered by when they begin to sign.</summary>
public sealed record AdministeredKeys(ImmutableArray<AdministeredKey> Keys);

/// <summary>The signing keys: what is published of them, and replacing them before their time.</summary>
public sealed class KeyAdministration
{
    private static readonly AdministrationRefusal NotAllowed = AdministrationRefusal.Forbidden("Signing keys are looked after by managers of an infrastructure alone.");

    private readonly IStateStore _store;
    private readonly KeyCipher _cipher;
    private readonly KeySchedule _schedule;
    private readonly IAuditLog _audit;
    private readonly TimeProvider _time;

    internal KeyAdministration(IStateStore store, KeyCipher cipher, IOptions<KeyRingOptions> options, IAuditLog audit, TimeProvider time)
    {
        _store = store;
        _cipher = cipher;
        _schedule = new KeySchedule(options.Value);
        _audit = audit;
        _time = time;
    }

    /// <summary>The keys.</summary>
    public Task<AdministrationResult<AdministeredKeys>> ListAsync(AdministrationActor actor, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync<AdministrationResult<AdministeredKeys>>(
            _store,
            async (transaction, token) => await FindAsync(transaction, actor, token) is { } ring ? Describe(ring, _time.GetUtcNow()) : NotAllowed,
            cancellationToken);

    /// <summary>
    /// Makes a key for each algorithm that signs from now on. Those that signed before keep verifying until their last token is over; those that
    /// waited for their turn go, since they never signed.
    /// </summary>
    public async Task<AdministrationResult<AdministeredKeys>> RotateAsync(AdministrationActor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<SigningKeyState> made = [];
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredKeys>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                if (await FindAsync(transaction, actor, token) is not { } ring)
                {
                    return NotAllowed;
                }

                if (ring.Keys.IsEmpty)
                {
                    return AdministrationRefusal.Conflict("no-keys", "There are no signing keys yet; the first token makes them.");
                }

                var signed = ring.Keys.RemoveAll(key => key.SignsFrom > now);
                made = [.. KeySchedule.Algorithms.Select(algorithm => _cipher.MakeKey(algorithm, now, After(signed, algorithm, now)))];
                var next = ring with { Keys = [.. signed.AddRange(made).OrderBy(key => key.SignsFrom)] };
                transaction.Set(StateNames.KeyRing, KeyRingState.Key, next);
                return Describe(next, now);
            },
            cancellationToken);
        if (result.IsDone)
        {
            foreach (var key in made)
            {
                await _audit.RecordAsync(
                    new AuditEntry(AuditActions.RotateKeys, AuditEntry.Ok, actor.Name, key.Id, actor.Address, $"{key.Algorithm} key made, signs at once"), CancellationToken.None);
            }
        }

        return result;
    }

    /// <summary>Of two keys that began to sign at the same moment none would be the other's successor.</summary>
    private static DateTimeOffset After(ImmutableArray<SigningKeyState> keys, string algorithm, DateTimeOffset now) =>
        keys.LastOrDefault(key => key.Algorithm == algorithm)?.SignsFrom == now ? now.AddTicks(1) : now;

    /// <summary>The ring, empty where there is none yet; null where the actor may not.</summary>
    private async Task<KeyRingState?> FindAsync(StateTransaction transaction, AdministrationActor actor, CancellationToken cancellationToken)
    {
        var authority = await Authority.ReadAsync(transaction, actor, _time.GetUtcNow(), cancellationToken);
        return authority.AllowsAnywhere(Permission.OperateCluster)
            ? await transaction.FindAsync<KeyRingState>(StateNames.KeyRing, KeyRingState.Key, cancellationToken) ?? new KeyRingState()
            : null;
    }

    private AdministeredKeys Describe(KeyRingState ring, DateTimeOffset now)
    {
        var signing = KeySchedule.Algorithms.Select(algorithm => KeySchedule.FindSigning(ring, algorithm, now)?.Id).ToList();
        return new([.. ring.Keys.Select(key => new AdministeredKey(key.Id, key.Algorithm, signing.Contains(key.Id), key.PublishedAt, key.SignsFrom, _schedule.EndOf(ring, key)))]);
    }
}
