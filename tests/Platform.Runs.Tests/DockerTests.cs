using System.Text.Json;
using Platform.Runs.Tests.Support;

namespace Platform.Runs.Tests;

/// <summary>The same with the Docker of the machine, where it has one; everything else is tried with a Podman of the tests' own.</summary>
[Collection(RunClusterTests.Name)]
public sealed class DockerTests(RunCluster cluster)
{
    private const string Write =
        "wget -q -O- --header \"Authorization: Bearer $(cat $BEARER_TOKEN_FILE)\" --header 'Content-Type: application/json' --post-data '{\"by\": \"docker\"}' $PLATFORM_URL/resources/of-docker";

    [DockerFact]
    public async Task Runs_WriteWithTheirTokens_EndAsTheyShould_AndLeaveNothing()
    {
        using var docker = new DockerSocket(DockerSocket.Find()!);
        var tokens = $"/dev/shm/platform-docker-{Guid.NewGuid():N}";
        await docker.ImportAsync();
        await cluster.Worker.KillAsync();
        try
        {
            await cluster.StartWorkerAsync("machine-of-docker", docker.Runtime, tokens);
            await RunAllAsync(docker);
        }
        finally
        {
            await cluster.Worker.KillAsync();
            await docker.RemoveAsync();
            Directory.Delete(tokens, recursive: true);
            await cluster.StartWorkerAsync();
        }
    }

    private async Task RunAllAsync(DockerSocket docker)
    {
        var alice = await cluster.AliceAsync();
        var nowhere = Script("true");
        nowhere["command"] = new[] { "/bin/no-such-program" };
        var runs = new Dictionary<string, string>
        {
            ["writes"] = await alice.StartAsync(Script(Write + " && echo written")),
            ["may nothing"] = await alice.StartAsync(Script("[ $(id -u) != 0 ] && grep -q '^CapEff:.0*$' /proc/self/status && ! touch /x 2>/dev/null && echo nobody")),
            ["exit"] = await alice.StartAsync(Script("echo out; echo err >&2; exit 7")),
            ["time"] = await alice.StartAsync(Script("trap '' TERM; while :; do sleep 1; done", new { timeSeconds = 2 })),
            ["memory"] = await alice.StartAsync(Script("tail /dev/zero", new { memoryBytes = 16 * 1024 * 1024 })),
            ["nowhere"] = await alice.StartAsync(nowhere),
        };
        var ends = new Dictionary<string, JsonElement>();
        foreach (var (name, run) in runs)
        {
            ends[name] = await alice.WaitForEndAsync(run);
        }

        var states = new[] { "writes", "may nothing", "exit", "time", "memory", "nowhere" }.Select(name => ends[name].GetProperty("state").GetString());
        Assert.Equal(["succeeded", "succeeded", "failed", "timeLimit", "memoryLimit", "notStarted"], states);
        Assert.Contains("written", await alice.LogAsync(runs["writes"]), StringComparison.Ordinal);
        Assert.Equal("of-docker", Assert.Single(ends["writes"].GetProperty("written").EnumerateArray()).GetProperty("path").GetString());
        Assert.Equal(7, ends["exit"].GetProperty("exitCode").GetInt32());
        Assert.Equal(["err", "out"], (await alice.LogAsync(runs["exit"])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal("nobody\n", await alice.LogAsync(runs["may nothing"]));
        Assert.Equal(0, await docker.CountContainersAsync("http://127.0.0.1"));
    }

    private static Dictionary<string, object> Script(string script, object? limits = null)
    {
        var run = Member.Script(script, limits);
        run["image"] = DockerSocket.Image;
        return run;
    }
}
