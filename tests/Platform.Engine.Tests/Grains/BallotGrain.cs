using Platform.Grains.Cluster;

namespace Platform.Engine.Tests.Grains;

/// <summary>A grain on the platform's own base class.</summary>
[Alias("tests.IBallotGrain")]
public interface IBallotGrain : IGrainWithStringKey
{
    [Alias("CountAsync")]
    Task<int> CountAsync();

    [Alias("VoteAsync")]
    Task<int> VoteAsync();
}

/// <summary>How a ballot is stored.</summary>
public sealed record BallotState
{
    public const string Name = "test-ballot";

    public int Version { get; init; } = 1;

    public int Votes { get; init; }
}

internal sealed class BallotGrain([PersistentState(BallotState.Name, StoreName.Name)] IPersistentState<BallotState> state)
    : StatefulGrain<BallotState>(BallotState.Name, state), IBallotGrain
{
    public Task<int> CountAsync() => Task.FromResult(State.Votes);

    public async Task<int> VoteAsync()
    {
        await WriteAsync(State with { Votes = State.Votes + 1 });
        return State.Votes;
    }
}
