using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;

namespace Platform.Engine.Tests.Cluster;

public sealed class SeveralNodesTests : EngineTest
{
    private static readonly ClusterOptions Several = new() { SeveralNodes = true };

    [Fact]
    public async Task FiveNodes_StartAtOnce_OnAnEmptyDatabase()
    {
        await CreateAsync(Several);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => Cluster.StartNodeAsync())));
        var key = NewKey();

        var votes = new List<int>();
        foreach (var node in nodes)
        {
            votes.Add(await node.Grains.GetGrain<IBallotGrain>(key).VoteAsync());
        }

        Assert.Equal([1, 2, 3, 4, 5], votes);
    }

    [Fact]
    public async Task Call_NeverAnswersFromAStateThatAnotherNodeHasReplaced()
    {
        var first = await StartAsync(Several);
        var second = await Cluster.StartNodeAsync();
        var key = NewKey();
        var (here, there) = (first.Grains.GetGrain<IBallotGrain>(key), second.Grains.GetGrain<IBallotGrain>(key));

        for (var votes = 0; votes < 20; votes += 2)
        {
            Assert.Equal(votes + 1, await here.VoteAsync());
            Assert.Equal(votes + 1, await there.CountAsync());
            Assert.Equal(votes + 2, await there.VoteAsync());
            Assert.Equal(votes + 2, await here.CountAsync());
        }
    }

    [Fact]
    public async Task WritesOfSeveralNodes_AreNeverLost()
    {
        var nodes = new List<IEngineNode> { await StartAsync(Several), await Cluster.StartNodeAsync(), await Cluster.StartNodeAsync() };
        var key = NewKey();

        var accepted = await Task.WhenAll(nodes.Select(node => VoteAsync(node.Grains.GetGrain<IBallotGrain>(key), 30)));

        // Every vote that was accepted saw another number, and the last number counts them all.
        var numbers = accepted.SelectMany(votes => votes).Order().ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.Equal(numbers.Count, await nodes[0].Grains.GetGrain<IBallotGrain>(key).CountAsync());
    }

    private static async Task<List<int>> VoteAsync(IBallotGrain ballot, int times)
    {
        var accepted = new List<int>();
        for (var i = 0; i < times; i++)
        {
            try
            {
                accepted.Add(await ballot.VoteAsync());
            }
            catch (InconsistentStateException)
            {
                // Another node was first; this vote was refused and does not count.
            }
        }

        return accepted;
    }
}
