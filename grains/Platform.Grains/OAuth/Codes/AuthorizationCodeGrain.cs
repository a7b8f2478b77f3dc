using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Codes;

/// <inheritdoc cref="IAuthorizationCodeGrain"/>
[GrainType("oauth-code")]
internal sealed class AuthorizationCodeGrain(
    [PersistentState(StateNames.AuthorizationCode, StateNames.Storage)] IPersistentState<AuthorizationCodeState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<AuthorizationCodeState>(StateNames.AuthorizationCode, stored, activity, time), IAuthorizationCodeGrain
{
    protected override DateTimeOffset KeptUntil => State.EndsAt;

    private bool IsAlive => Exists && State.EndsAt > Now;

    public async Task IssueAsync(CodeSnapshot code)
    {
        if (Exists)
        {
            // A repeated call: codes are random, so a row under this key is this very code.
            return;
        }

        await WriteAsync(
            new AuthorizationCodeState
            {
                Authorization = AuthorizationState.From(code.Authorization),
                RedirectUri = code.RedirectUri,
                RedirectUriGiven = code.RedirectUriGiven,
                Challenge = code.Challenge,
                EndsAt = code.EndsAt,
            },
            code.EndsAt);
    }

    public Task<CodeSnapshot?> FindAsync() => Task.FromResult(IsAlive ? State.ToSnapshot() : null);

    public async Task<CodeRedemption> RedeemAsync(string attempt)
    {
        if (Exists && State.UsedBy == attempt)
        {
            return CodeRedemption.Accepted;
        }

        if (!IsAlive)
        {
            return CodeRedemption.Unknown;
        }

        if (State.UsedBy is not null)
        {
            return CodeRedemption.Reused;
        }

        // Of uses on several nodes one write wins; the others meet its row when they are repeated (invariant 3).
        await WriteAsync(State with { UsedBy = attempt });
        return CodeRedemption.Accepted;
    }
}
