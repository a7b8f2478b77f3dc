using System.Net;
using System.Text.Json;
using Platform.Runs.Tests.Support;
using Platform.Testing;

namespace Platform.Runs.Tests;

/// <summary>Every way in which a run ends.</summary>
[Collection(RunClusterTests.Name)]
public sealed class EndTests(RunCluster cluster)
{
    private HttpClient Front => cluster.Front.Client;

    /// <summary>Side by side, since each of them mostly waits.</summary>
    [Fact]
    public async Task Runs_EndAsTheyShould()
    {
        var alice = await cluster.AliceAsync();
        var missing = Member.Script("true");
        missing["image"] = RunCluster.MissingImage;
        var nowhere = Member.Script("true");
        nowhere["command"] = new[] { "/bin/no-such-program" };
        var odd = Member.Script("true");
        odd["image"] = RunCluster.OddImage;
        var runs = new Dictionary<string, string>
        {
            ["exit"] = await alice.StartAsync("echo out; echo err >&2; exit 7"),
            ["time"] = await alice.StartAsync(Member.Script("trap '' TERM; while :; do sleep 1; done", new { timeSeconds = 2 })),
            ["memory"] = await alice.StartAsync(Member.Script("tail /dev/zero", new { memoryBytes = 16 * 1024 * 1024 })),
            ["missing"] = await alice.StartAsync(missing),
            ["nowhere"] = await alice.StartAsync(nowhere),
            ["odd"] = await alice.StartAsync(odd),
        };

        var ends = new Dictionary<string, JsonElement>();
        foreach (var (name, run) in runs)
        {
            ends[name] = await alice.WaitForEndAsync(run);
        }

        Assert.Equal(("failed", 7), StateOf(ends["exit"]));
        var log = await alice.LogAsync(runs["exit"]);
        Assert.Contains("out\n", log, StringComparison.Ordinal);
        Assert.Contains("err\n", log, StringComparison.Ordinal);
        Assert.Equal(("timeLimit", 137), StateOf(ends["time"]));
        Assert.Equal(("memoryLimit", 137), StateOf(ends["memory"]));
        Assert.Equal(("notStarted", null), StateOf(ends["missing"]));
        Assert.Contains(RunCluster.MissingImage, ends["missing"].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(("notStarted", null), StateOf(ends["odd"]));
        Assert.Equal(("notStarted", null), StateOf(ends["nowhere"]));
        Assert.Contains("/bin/no-such-program", ends["nowhere"].GetProperty("reason").GetString(), StringComparison.Ordinal);
        await cluster.NoContainersAsync();
    }

    [Fact]
    public async Task Cancel_RefusesTheTokenAtOnce_AndStopsTheContainer()
    {
        var alice = await cluster.AliceAsync();
        var run = await alice.StartAsync("trap 'echo asked to end; exit 3' TERM; echo begun; while :; do sleep 0.1; done");
        await alice.WaitForLogAsync(run, "begun");
        var token = await cluster.ReadTokenAsync(run);
        Assert.Equal(HttpStatusCode.OK, await cluster.Worker.Client.TokenStatusAsync(token));

        await alice.CancelAsync(run);
        Assert.Equal(HttpStatusCode.Unauthorized, await cluster.Worker.Client.TokenStatusAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await Front.TokenStatusAsync(token));
        Assert.Equal(("cancelled", 3), StateOf(await alice.WaitForEndAsync(run)));
        Assert.Contains("asked to end", await alice.LogAsync(run), StringComparison.Ordinal);
    }

    public static TheoryData<string> Losses => ["disabled", "removed", "expelled", "scope suspended"];

    /// <summary>What a run may do, its user may: with the right goes the run (invariant 2).</summary>
    [Theory]
    [MemberData(nameof(Losses))]
    public async Task RightsLost_RefuseTheTokenAtOnce_AndStopTheContainer(string loss)
    {
        var root = await cluster.RootAsync();
        var scope = $"admin/api/scopes/{PlatformCluster.AquaMaps[1..].Replace('/', '~')}";
        var user = $"user-{Guid.NewGuid():N}"[..12];
        await ActAsync(root, HttpMethod.Post, "admin/api/users", JsonSerializer.Serialize(new { userName = user, password = PlatformCluster.Password(user) }));
        await ActAsync(root, HttpMethod.Post, $"{scope}/members", JsonSerializer.Serialize(new { user }));
        var member = await Member.LogInAsync(Front, user, PlatformCluster.AquaMaps);
        var run = await member.StartAsync("echo begun; while :; do sleep 0.1; done");
        await member.WaitForLogAsync(run, "begun");
        var token = await cluster.ReadTokenAsync(run);
        Assert.Equal(HttpStatusCode.OK, await cluster.Worker.Client.TokenStatusAsync(token));

        var (method, target) = loss switch
        {
            "disabled" => (HttpMethod.Post, $"admin/api/users/{user}/disable"),
            "removed" => (HttpMethod.Delete, $"admin/api/users/{user}"),
            "expelled" => (HttpMethod.Delete, $"{scope}/members/{user}"),
            _ => (HttpMethod.Post, $"{scope}/suspend"),
        };
        await ActAsync(root, method, target, null);

        Assert.Equal(HttpStatusCode.Unauthorized, await cluster.Worker.Client.TokenStatusAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await Front.TokenStatusAsync(token));
        await cluster.NoContainersAsync();
        if (loss == "scope suspended")
        {
            await ActAsync(root, HttpMethod.Post, $"{scope}/reopen", null);
        }

        var entered = await Member.LogInAsync(Front, "root", PlatformCluster.AquaMaps);
        Assert.Equal("rightsLost", (await entered.WaitForEndAsync(run)).GetProperty("state").GetString());
    }

    private static async Task ActAsync(Member member, HttpMethod method, string target, string? json)
    {
        var (status, answer) = await member.SendAsync(method, target, json);
        Assert.True((int)status is >= 200 and < 300, $"{(int)status} {answer}");
    }

    private static (string? State, int? ExitCode) StateOf(JsonElement run) => (
        run.GetProperty("state").GetString(), run.GetProperty("exitCode") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null);
}
