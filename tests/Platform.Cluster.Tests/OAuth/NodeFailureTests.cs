using System.Net;
using Platform.Cluster.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Cluster.Tests.OAuth;

/// <summary>Nodes that are killed while they rotate, paused while others end tokens, and started all at once.</summary>
public sealed class NodeFailureTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task KilledNode_ThatIsRotating_LosesNoClientItsLogin()
    {
        await using var cluster = await ClusterAsync(2);
        var (victim, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        using var holder = await TokenHolder.StartAsync(victim);

        // What each client holds: the last refresh token that it was answered.
        var held = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            held.Add((await holder.TokensAsync("openid offline_access"))["refresh_token"]);
        }

        var refreshes = 0;
        var clients = Enumerable.Range(0, held.Count).Select(i => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    held[i] = (await victim.Client.RefreshAsync(holder.Client, held[i])).Granted()["refresh_token"];
                    Interlocked.Increment(ref refreshes);
                }
            }
            catch (HttpRequestException)
            {
                // The node was killed in the middle of it; the client does not know whether the token was replaced.
            }
        })).ToArray();
        await Eventually.TrueAsync(() => Volatile.Read(ref refreshes) >= 12 || clients.Any(client => client.IsCompleted), Deadline, "12 refreshes");
        await victim.KillAsync();
        await Task.WhenAll(clients);

        foreach (var token in held)
        {
            // The same token again, or the one that was answered: either is good on the other node, and so is what follows.
            var answer = await WhenBackAsync(() => other.Client.RefreshAsync(holder.Client, token));
            (await other.Client.RefreshAsync(holder.Client, answer.Granted()["refresh_token"])).Granted();
        }
    }

    [Fact]
    public async Task PausedNode_SaysNoStaleYesToAToken_OnceItGoesOn()
    {
        await using var cluster = await ClusterAsync(2);
        var (paused, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        using var holder = await TokenHolder.StartAsync(other);
        var service = await TokenHolder.ServiceAsync(other.Client);
        var token = (await holder.TokensAsync("openid read"))["access_token"];
        for (var turn = 0; turn < 4; turn++)
        {
            Assert.Equal(HttpStatusCode.OK, await TokenHolder.StatusAsync(paused.Client, token, service, turn));
        }

        await paused.PauseAsync();
        await Eventually.TrueAsync(async () => (await other.Client.RevokeAsync(holder.Client, token)).IsGranted, Deadline, "the other node answered the revocation");
        var asked = Enumerable.Range(0, 20).Select(turn => TokenHolder.StatusAsync(paused.Client, token, service, turn)).ToArray();
        await paused.ResumeAsync();
        Assert.All(await Task.WhenAll(asked), status => Assert.NotEqual(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task FiveNodesAtOnce_OnAnEmptyDatabase_PublishOneRing_AndVerifyEachOthersTokens()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var cluster = PlatformCluster.Empty(await postgres.CreateDatabaseAsync(), TokenHolder.Settings);
        for (var i = 0; i < 5; i++)
        {
            cluster.Launch();
        }

        await cluster.WaitUntilReadyAsync();
        var rings = await Task.WhenAll(cluster.Nodes.Select(async node => (await node.Client.GetWithAsync(".well-known/jwks.json", null)).Granted().Text));
        Assert.Single(rings.Distinct());

        var service = await TokenHolder.ServiceAsync(cluster.Nodes[0].Client);
        foreach (var node in cluster.Nodes)
        {
            var token = (await node.Client.TokenAsync(service, "client_credentials", ("scope", "read"))).Granted()["access_token"];
            foreach (var another in cluster.Nodes)
            {
                Assert.True((await another.Client.IntrospectAsync(service, token)).IsActive);
            }
        }
    }

    private static Task<PlatformCluster> ClusterAsync(int nodes) => PlatformCluster.StartAsync(nodes, TokenHolder.Settings);

    private static async Task<OAuthAnswer> WhenBackAsync(Func<Task<OAuthAnswer>> call)
    {
        OAuthAnswer? answer = null;
        await Eventually.TrueAsync(
            async () => (answer = await call()).Status != HttpStatusCode.ServiceUnavailable, Deadline, "the node answers");
        return answer!;
    }
}
