using System.Collections.Concurrent;
using System.Net;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Cluster;

/// <summary>Nodes that are killed, paused or cut off, and a database that goes away: invariants 1, 2 and 7.</summary>
public sealed class NodeFailureTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task KilledNode_EveryAcknowledgedLogin_LivesOnTheOthers()
    {
        await using var cluster = await ClusterAsync(3);
        var victim = cluster.Nodes[0];
        var acknowledged = new ConcurrentBag<string>();
        var load = Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    using var answer = await victim.Client.LoginAsync(client % 2 == 0 ? "alice" : "bob");
                    if (answer.IsSuccessStatusCode)
                    {
                        acknowledged.Add(System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("jsessionid").GetString()!);
                    }
                }
            }
            catch (HttpRequestException)
            {
                // The node was killed: this client's work is over.
            }
        })).ToArray();
        await Eventually.TrueAsync(() => acknowledged.Count >= 10, Deadline, "10 acknowledged logins");
        await victim.KillAsync();
        await Task.WhenAll(load);

        // The limit of sessions is set far above what this load makes.
        var alive = 0;
        foreach (var id in acknowledged)
        {
            foreach (var node in cluster.Nodes.Skip(1))
            {
                alive += await StatusWhenBackAsync(node.Client, id) == HttpStatusCode.OK ? 1 : 0;
            }
        }

        Assert.Equal(acknowledged.Count * 2, alive);
    }

    [Fact]
    public async Task PausedNode_AnswersNoStaleYes_OnceItGoesOn()
    {
        await using var cluster = await ClusterAsync(2);
        var (paused, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        var id = await other.Client.LoginIdAsync("alice");
        Assert.Equal(HttpStatusCode.OK, await paused.Client.SessionStatusAsync(id));

        await paused.PauseAsync();
        await Eventually.TrueAsync(
            async () => await other.Client.LogoutAsync(id) is HttpStatusCode.OK or HttpStatusCode.Unauthorized, Deadline, "the other node answered the logout");
        var asked = Enumerable.Range(0, 20).Select(_ => paused.Client.SessionStatusAsync(id)).ToArray();
        await paused.ResumeAsync();
        Assert.All(await Task.WhenAll(asked), status => Assert.NotEqual(HttpStatusCode.OK, status));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusWhenBackAsync(paused.Client, id));
    }

    [Fact]
    public async Task CutOffNode_SaysNeitherYesNorNo_AndRecovers()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var relay = TcpRelay.Start(postgres.Port);
        await using var cluster = await PlatformCluster.StartAsync(1, Quick);
        var cutOff = cluster.Launch(cluster.ConnectionString.Replace($"Port={postgres.Port}", $"Port={relay.Port}", StringComparison.Ordinal));
        await cutOff.WaitUntilReadyAsync();
        var other = cluster.Nodes[0];
        var ended = await other.Client.LoginIdAsync("alice");
        var kept = await other.Client.LoginIdAsync("bob");
        Assert.Equal(HttpStatusCode.OK, await cutOff.Client.SessionStatusAsync(ended));
        Assert.Equal(HttpStatusCode.OK, await cutOff.Client.SessionStatusAsync(kept));

        relay.Cut();
        await Eventually.TrueAsync(
            async () => await other.Client.LogoutAsync(ended) is HttpStatusCode.OK or HttpStatusCode.Unauthorized, Deadline, "the other node answered the logout");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await cutOff.Client.SessionStatusAsync(ended));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await cutOff.Client.SessionStatusAsync(kept));

        relay.Mend();
        await Eventually.TrueAsync(async () => await cutOff.Client.SessionStatusAsync(kept) == HttpStatusCode.OK, Deadline, "the node is back");
        Assert.Equal(HttpStatusCode.Unauthorized, await cutOff.Client.SessionStatusAsync(ended));
    }

    [Fact]
    public async Task PostgresRestartedUnderLoad_503Meanwhile_NoSessionLost_NoNodeRestarted()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var cluster = await PlatformCluster.StartAsync(postgres, 3, Quick);
        var clients = cluster.Nodes.Select(node => node.Client).ToArray();
        var id = await clients[0].LoginIdAsync("alice");
        await using (var load = SessionLoad.Start(clients, id))
        {
            await postgres.StopAsync();
            var stopped = SessionLoad.Now;
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.Checks.Any(check => check.Node == node && check.BeganAt >= stopped && check.Status == HttpStatusCode.ServiceUnavailable)),
                Deadline,
                "each node answered 503 while the database was away");
            var back = SessionLoad.Now;
            Assert.All(load.Checks.Where(check => check.BeganAt >= stopped && check.BeganAt < back), check => Assert.Equal(HttpStatusCode.ServiceUnavailable, check.Status));
            await postgres.StartAsync();
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.Checks.Any(check => check.Node == node && check.BeganAt >= back && check.Status == HttpStatusCode.OK)),
                Deadline,
                "each node accepts the session again");
            Assert.DoesNotContain(load.Checks, check => check.Status is null or HttpStatusCode.Unauthorized or HttpStatusCode.InternalServerError);
        }

        foreach (var client in clients)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusWhenBackAsync(client, await LoginWhenBackAsync(client, "bob")));
        }

        Assert.All(cluster.Nodes, node => Assert.False(node.Process.HasExited));
    }

    [Fact]
    public async Task FiveNodesAtOnce_OnAnEmptyDatabase_AreOneCluster()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var cluster = PlatformCluster.Empty(await postgres.CreateDatabaseAsync());
        for (var i = 0; i < 5; i++)
        {
            cluster.Launch();
        }

        await cluster.WaitUntilReadyAsync();
        await cluster.FillAsync();
        var id = await cluster.Nodes[4].Client.LoginIdAsync("alice");
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(HttpStatusCode.OK, await node.Client.SessionStatusAsync(id));
        }

        await using var connection = new Npgsql.NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("select count(*) from key_ring where xml like '%<key %'", connection);
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task GracefulStop_AnswersWhatIsUnderWay()
    {
        await using var cluster = await ClusterAsync(2);
        var id = await cluster.Nodes[1].Client.LoginIdAsync("alice");
        await using var load = SessionLoad.Start([cluster.Nodes[0].Client], id, clientsPerNode: 6);
        await Eventually.TrueAsync(() => load.Checks.Count > 50, Deadline, "50 checks");
        Assert.Equal(0, await cluster.Nodes[0].StopAsync());
        Assert.DoesNotContain(load.Checks, check => check.Status == HttpStatusCode.InternalServerError);
        Assert.Equal(HttpStatusCode.OK, await StatusWhenBackAsync(cluster.Nodes[1].Client, id));
    }

    private static Dictionary<string, string?> Quick { get; } = new() { ["Storage:CommandTimeout"] = "00:00:03" };

    private static Task<PlatformCluster> ClusterAsync(int nodes) =>
        PlatformCluster.StartAsync(nodes, new Dictionary<string, string?> { ["Sessions:Limit"] = "1000" });

    /// <summary>The status of a session once the node answers at all: while a cluster takes note of a lost node, it may say 503.</summary>
    private static async Task<HttpStatusCode> StatusWhenBackAsync(HttpClient client, string id)
    {
        var status = HttpStatusCode.ServiceUnavailable;
        await Eventually.TrueAsync(
            async () => (status = await client.SessionStatusAsync(id)) != HttpStatusCode.ServiceUnavailable, Deadline, "the node answers");
        return status;
    }

    private static async Task<string> LoginWhenBackAsync(HttpClient client, string user)
    {
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await client.LoginAsync(user);
                return answer.IsSuccessStatusCode;
            },
            Deadline,
            "logins are accepted again");
        return await client.LoginIdAsync(user);
    }
}
