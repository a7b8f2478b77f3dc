using Microsoft.Extensions.Options;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth.Keys;

/// <inheritdoc cref="IKeyRingGrain"/>
[GrainType("oauth-keys")]
internal sealed class KeyRingGrain(
    [PersistentState(StateNames.KeyRing, StateNames.Storage)] IPersistentState<KeyRingState> stored,
    KeyCipher cipher,
    IOptions<KeyRingOptions> options,
    IAuditLog audit,
    TimeProvider time) : StatefulGrain<KeyRingState>(StateNames.KeyRing, stored), IKeyRingGrain
{
    private readonly KeySchedule _schedule = new(options.Value);

    public async Task MaintainAsync()
    {
        // What is in the row is never replaced, whether this node can decrypt it or not: only what it says is missing is made.
        var now = time.GetUtcNow();
        var over = _schedule.FindOver(State, now).ToList();
        var made = _schedule.FindMissing(State, now).Select(missing => cipher.MakeKey(missing.Algorithm, now, missing.SignsFrom)).ToList();
        if (over.Count + made.Count == 0)
        {
            return;
        }

        await WriteAsync(State with
        {
            Keys = [.. State.Keys.RemoveRange(over).AddRange(made).OrderBy(key => key.SignsFrom)],
            RefreshSecret = Exists ? State.RefreshSecret : cipher.MakeRefreshSecret(),
            PairwiseSecret = Exists ? State.PairwiseSecret : cipher.MakePairwiseSecret(),
        });
        foreach (var key in made)
        {
            await RecordAsync(key, $"{key.Algorithm} key made, signs from {key.SignsFrom:O} on");
        }

        foreach (var key in over)
        {
            await RecordAsync(key, $"{key.Algorithm} key taken away, its last token is over");
        }
    }

    private ValueTask RecordAsync(SigningKeyState key, string detail) =>
        audit.RecordAsync(new AuditEntry(AuditActions.RotateKeys, AuditEntry.Ok, null, key.Id, "platform", detail), CancellationToken.None);
}
