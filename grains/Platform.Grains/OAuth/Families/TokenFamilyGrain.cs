using System.Security.Cryptography;
using System.Text;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Families;

/// <inheritdoc cref="ITokenFamilyGrain"/>
[GrainType("oauth-family")]
internal sealed class TokenFamilyGrain(
    [PersistentState(StateNames.TokenFamily, StateNames.Storage)] IPersistentState<TokenFamilyState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<TokenFamilyState>(StateNames.TokenFamily, stored, activity, time), ITokenFamilyGrain
{
    /// <summary>
    /// How long it is remembered that a family was ended. A second use of a code may overtake the first, which then must not start the
    /// family; codes live a minute, and a request that has taken this long is answered by nobody.
    /// </summary>
    internal static readonly TimeSpan EndedIsKept = TimeSpan.FromHours(1);

    protected override DateTimeOffset KeptUntil => State.EndedAt is { } ended ? ended + EndedIsKept : State.OverAt;

    private bool IsAlive => Exists && State.Authorization is not null && State.OverAt > Now;

    private FamilySnapshot? Snapshot => State.ToSnapshot(FamilyId.FromGrainKey(Key));

    public async Task<bool> StartAsync(FamilyStart start)
    {
        if (Exists)
        {
            // A repeated call finds what it made; whatever else is here is not what the caller starts.
            return IsAlive && State.Generation == 0 && State.TokenHash == start.RefreshTokenHash;
        }

        var now = Now;
        var next = new TokenFamilyState
        {
            Authorization = AuthorizationState.From(start.Authorization),
            TokenHash = start.RefreshTokenHash,
            StartedAt = now,
            EndsAt = start.EndsAt,
            IdleEndsAt = now + start.IdleLifetime,
        };
        await WriteAsync(next, next.OverAt);
        return true;
    }

    public Task<FamilySnapshot?> FindAsync() => Task.FromResult(IsAlive ? Snapshot : null);

    public async Task<RotationResult> RotateAsync(Rotation rotation)
    {
        if (!IsAlive || State.TokenHash is not { } current || State.Authorization!.Client != rotation.Client.Value)
        {
            return new(RotationOutcome.Refused, null);
        }

        // What it prolongs is not noted for the sweeper, which would double the writes of a refresh: SweepAsync looks again.
        var now = Now;
        var used = State with { IdleEndsAt = now + rotation.IdleLifetime };
        if (Same(current, rotation.PresentedHash))
        {
            if (rotation.SuccessorHash is null)
            {
                await WriteAsync(used);
                return new(RotationOutcome.Kept, Snapshot);
            }

            await WriteAsync(used with
            {
                Generation = State.Generation + 1,
                TokenHash = rotation.SuccessorHash,
                PreviousHash = current,
                RotatedAt = now,
            });
            return new(RotationOutcome.Rotated, Snapshot);
        }

        // Two tabs, or an answer that was lost: the same token within the grace gets the same successor, as long as that was not used.
        if (State.PreviousHash is { } previous
            && Same(previous, rotation.PresentedHash)
            && rotation.SuccessorHash is { } successor
            && Same(current, successor)
            && now < State.RotatedAt + rotation.Grace)
        {
            return new(RotationOutcome.Repeated, Snapshot);
        }

        // The caller has verified the seal, so the platform made this token, and it is an old one: whoever presents it may have stolen
        // it, or was stolen from (RFC 9700 §4.14.2). One of this or a later generation that is unknown here never was given to anybody.
        if (rotation.Generation < State.Generation)
        {
            await WriteEndAsync();
            return new(RotationOutcome.Reused, null);
        }

        return new(RotationOutcome.Refused, null);
    }

    public async Task<bool> EndAsync()
    {
        if (Exists && !IsAlive)
        {
            return false;
        }

        await WriteEndAsync();
        return true;
    }

    private Task WriteEndAsync()
    {
        var now = Now;
        return WriteAsync(new TokenFamilyState { EndedAt = now }, now + EndedIsKept);
    }

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));
}
