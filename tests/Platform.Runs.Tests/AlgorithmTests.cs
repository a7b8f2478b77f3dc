using System.Net;
using System.Text.Json;
using Platform.Runs.Tests.Support;
using Platform.Testing;

namespace Platform.Runs.Tests;

/// <summary>Flarecast's third client: an algorithm in a container, with the token that it finds there and without (contracts/flarecast.md).</summary>
[Collection(RunClusterTests.Name)]
public sealed class AlgorithmTests(RunCluster cluster)
{
    private const string Json = "--header 'Content-Type: application/json'";
    private const string WithToken = "--header \"Authorization: Bearer $(cat $BEARER_TOKEN_FILE)\"";

    private HttpClient Front => cluster.Front.Client;

    private HttpClient Worker => cluster.Worker.Client;

    [Fact]
    public async Task Algorithm_ReadsWithoutAToken_WritesWithItsOwn_AndNotWithoutIt()
    {
        var alice = await cluster.AliceAsync();
        await alice.PutPublicAsync("resource_1", """{"count": 1}""");
        var run = await alice.StartAsync(Member.Script(
            """
            cat $PLATFORM_INPUT_1; echo " as an input of $PLATFORM_INPUTS"
            wget -q -O- $PLATFORM_URL/resources/resource_1?scope=$PLATFORM_SCOPE; echo ' read without'
            wget -q -O- {Json} --post-data '{"count": 3}' $PLATFORM_URL/resources/resource_1?scope=$PLATFORM_SCOPE && echo ' written without' || echo 'refused without'
            wget -q -O- {WithToken} {Json} --post-data '{"count": 2}' $PLATFORM_URL/resources/resource_1; echo ' written with'
            """.Replace("{Json}", Json, StringComparison.Ordinal).Replace("{WithToken}", WithToken, StringComparison.Ordinal),
            null,
            "resource_1"));

        var ended = await alice.WaitForEndAsync(run);
        var log = await alice.LogAsync(run);
        Assert.Equal("succeeded", ended.GetProperty("state").GetString());
        foreach (var line in new[]
        {
            """{"count": 1} as an input of resource_1""", """{"count": 1} read without""", "refused without", """{"count": 2} written with""",
        })
        {
            Assert.Contains(line, log, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("written without", log, StringComparison.Ordinal);
        Assert.Equal("resource_1", Assert.Single(ended.GetProperty("written").EnumerateArray()).GetProperty("path").GetString());

        // Who looks at the document finds the run, on the other node as well.
        var (_, meta) = await alice.At(Worker).SendAsync(HttpMethod.Get, "resources/resource_1?meta=true", null);
        Assert.Contains($"\"changedByRun\":\"{run}\"", meta, StringComparison.Ordinal);
        var (_, page) = await alice.SendAsync(HttpMethod.Get, "viewer/resource_1", null);
        Assert.Contains($"/account/runs/{run}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_IsNobody_AndMayDoNothing()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync(Member.Script(
            "id -u; id -g; grep -E '^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status; touch /x 2>&1; touch /run/platform/x 2>&1; "
            + "ls -ln /run/platform/token; echo t > /tmp/t && cat /tmp/t; cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max; "
            + "echo processes $(cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max); "
            + $"echo processors $(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cat /sys/fs/cgroup/cpu.max); {Member.Gate}",
            new { memoryBytes = 64 * 1024 * 1024, cpus = 0.5, timeSeconds = 60 }));
        await alice.WaitForLogAsync(run, "processors 50000");

        // The engine says of it what everybody may know who may ask the engine.
        var inspected = await cluster.Engine.RunAsync("inspect", $"platform-run-{run}");
        await alice.OpenGateAsync(run);
        Assert.Equal("succeeded", (await alice.WaitForEndAsync(run)).GetProperty("state").GetString());
        var log = await alice.LogAsync(run);
        Assert.StartsWith("10001\n10001\n", log, StringComparison.Ordinal);
        foreach (var none in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
        {
            Assert.Contains($"{none}:\t0000000000000000", log, StringComparison.Ordinal);
        }

        Assert.Contains("67108864\nprocesses 256\n", log, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", log, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", log, StringComparison.Ordinal);
        Assert.Contains("/x: Read-only file system", log, StringComparison.Ordinal);
        Assert.Contains("/run/platform/x: Read-only file system", log, StringComparison.Ordinal);
        Assert.Matches(@"-r--------\s+1 10001\s+10001\s", log);
        Assert.Contains("BEARER_TOKEN_FILE=/run/platform/token", inspected, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", inspected, StringComparison.Ordinal);

        // It is removed at the end, and so is what it found.
        await cluster.NoContainersAsync();
        Assert.False(Directory.Exists(Path.Combine(cluster.Engine.TokenDirectory, run)));
    }

    [Fact]
    public async Task Token_SaysWhoActsForWhom_AndIsRefusedAfterTheEnd_OnEveryNode_FromAnotherContainerToo()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync($"echo begun; {Member.Gate}");
        await alice.WaitForLogAsync(run, "begun");
        var token = await cluster.ReadTokenAsync(run);
        var claims = Claims(token);
        Assert.Equal($"run:{run}", claims.GetProperty("act").GetProperty("sub").GetString());
        Assert.StartsWith("local:", claims.GetProperty("sub").GetString(), StringComparison.Ordinal);
        Assert.Equal(PlatformCluster.AquaMaps, claims.GetProperty("context").GetString());
        Assert.Equal("http://127.0.0.1", claims.GetProperty("aud").GetString());
        Assert.Equal("read write", claims.GetProperty("scope").GetString());
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await StatusesAsync(token));

        await alice.OpenGateAsync(run);
        await alice.WaitForEndAsync(run);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], await StatusesAsync(token));
        var thief = Member.Script("wget -S -O- --header \"Authorization: Bearer $STOLEN\" --header 'Content-Type: application/json' --post-data '{}' $PLATFORM_URL/resources/resource_1 2>&1");
        thief["environment"] = new Dictionary<string, string> { ["STOLEN"] = token };
        var stolen = await alice.StartAsync(thief);
        Assert.Equal("failed", (await alice.WaitForEndAsync(stolen)).GetProperty("state").GetString());
        Assert.Contains("401", await alice.LogAsync(stolen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_IsRenewed_InARunThatIsLongerThanItsLife()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync(
            "for i in 1 2 3 4 5 6 7 8 9 10; do token=$(cat $BEARER_TOKEN_FILE); "
            + "wget -q -O /dev/null --header \"Authorization: Bearer $token\" $PLATFORM_URL/oauth/tokeninfo && echo $token | md5sum | cut -c 1-8; sleep 1; done");
        Assert.Equal("succeeded", (await alice.WaitForEndAsync(run)).GetProperty("state").GetString());
        var log = await alice.LogAsync(run);

        // Ten seconds, tokens of four, renewed at half of that: several were accepted.
        Assert.InRange(log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count(), 3, 10);
    }

    [Fact]
    public async Task Progress_IsWhatTheAlgorithmSays()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync(
            "wget -q -O- --header \"Authorization: Bearer $(cat $BEARER_TOKEN_FILE)\" --header 'Content-Type: application/json' --post-data '{\"percent\":40,\"message\":\"half way\"}' $PLATFORM_URL/runs/$PLATFORM_RUN/progress && echo said; sleep 2");
        await alice.WaitForLogAsync(run, "said");
        var progress = (await alice.FindAsync(run)).GetProperty("progress");
        Assert.Equal((40, "half way"), (progress.GetProperty("percent").GetInt32(), progress.GetProperty("message").GetString()));
        await alice.WaitForEndAsync(run);
    }

    private static JsonElement Claims(string token)
    {
        using var document = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return document.RootElement.Clone();
    }

    private async Task<HttpStatusCode[]> StatusesAsync(string token) => [await Front.TokenStatusAsync(token), await Worker.TokenStatusAsync(token)];
}
