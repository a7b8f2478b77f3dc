using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Grains.OAuth.Families;

/// <summary>The persisted shape of a revoked access token: that there is a row says it all.</summary>
internal sealed record RevokedTokenState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public DateTimeOffset EndsAt { get; init; }
}

/// <inheritdoc cref="IRevokedTokenGrain"/>
[GrainType("oauth-revoked")]
internal sealed class RevokedTokenGrain(
    [PersistentState(StateNames.RevokedToken, StateNames.Storage)] IPersistentState<RevokedTokenState> stored,
    IActivityStore activity,
    TimeProvider time) : ExpiringGrain<RevokedTokenState>(StateNames.RevokedToken, stored, activity, time), IRevokedTokenGrain
{
    /// <summary>What the row outlives the token by: the clocks of nodes differ, and a token is taken a little after its end.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>The key of the grain of a token.</summary>
    /// <param name="tokenId">The token's <c>jti</c>.</param>
    internal static string KeyOf(string tokenId) => $"jti:{tokenId}";

    protected override DateTimeOffset KeptUntil => State.EndsAt + Margin;

    public async Task RevokeAsync(DateTimeOffset endsAt)
    {
        if (!Exists)
        {
            await WriteAsync(new RevokedTokenState { EndsAt = endsAt }, endsAt + Margin);
        }
    }
}
