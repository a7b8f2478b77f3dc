using System.Text;
using Platform.Runs.Tests.Support;
using Platform.Testing;

namespace Platform.Runs.Tests;

/// <summary>Invariants 4 and 6: what an algorithm holds is in its file, and nowhere else, also where the algorithm prints it.</summary>
[Collection(RunClusterTests.Name)]
public sealed class SecretsTests(RunCluster cluster)
{
    [Fact]
    public async Task Tokens_AreNowhere()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync(
            "echo begun planted; cat $BEARER_TOKEN_FILE; echo; echo \"x $(cat $BEARER_TOKEN_FILE) y\" >&2; head -c 20000 /dev/zero | tr '\\0' a; cat $BEARER_TOKEN_FILE; sleep 5; cat $BEARER_TOKEN_FILE; "
            + "wget -q -O- $PLATFORM_URL/oauth/tokeninfo?access_token=$(cat $BEARER_TOKEN_FILE); exit 1");
        await alice.WaitForLogAsync(run, "begun planted");
        var first = await cluster.ReadTokenAsync(run);
        var inspected = await cluster.Engine.RunAsync("inspect", $"platform-run-{run}");
        var second = first;
        await Eventually.TrueAsync(async () => (second = await cluster.ReadTokenAsync(run)) != first, TimeSpan.FromSeconds(30), "the token is renewed");
        var ended = await alice.WaitForEndAsync(run);
        var log = await alice.LogAsync(run);

        // The search works: what is meant to be there is found.
        Assert.Contains("[token]", log, StringComparison.Ordinal);
        Assert.Contains("x [token] y", log, StringComparison.Ordinal);
        var database = await DatabaseText.ReadAllAsync(cluster.Cluster.ConnectionString);
        Assert.Contains("begun planted", database, StringComparison.Ordinal);
        var output = string.Concat(cluster.Cluster.Nodes.Select(node => node.Output));
        foreach (var secret in new[] { first, second }.SelectMany(token => new[] { token, token.Split('.')[2] }))
        {
            foreach (var place in new[] { log, inspected, output, ended.ToString(), database })
            {
                Assert.DoesNotContain(secret, place, StringComparison.OrdinalIgnoreCase);
            }

            Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), database, StringComparison.OrdinalIgnoreCase);
        }
    }
}
