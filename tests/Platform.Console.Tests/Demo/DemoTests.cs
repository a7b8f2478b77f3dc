#if !ENGINE_ORLEANS
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Platform.Console.Tests.Support;
using Platform.Testing;

namespace Platform.Console.Tests.Demo;

/// <summary>What the README promises a newcomer, as processes. The demo runs on SQLite, which the embedded engine alone has.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatItPrints_Works()
    {
        using var demo = await DemoProcess.StartAsync(_folder);

        // From the device's token on, the commands wait for a person, or for nginx.
        var script = demo.Process.Lines.Select(line => line.Trim()).Where(line => Command().IsMatch(line))
            .TakeWhile(line => !line.StartsWith("ALICE=", StringComparison.Ordinal)).ToList();
        Assert.Equal(19, script.Count);
        var imported = await DemoProcess.RunAsync(
            _folder, "", "policy", "import-opentox", "opentox", Repository.File("deploy", "opentox", "authorization.yaml"), "--host", "SERVER=tox.example");
        Assert.True(imported.Exit == 0, imported.Error);
        var output = await ServerProcess.RunAsync("bash", "-ec", string.Join('\n', script.Select(line => line
            .Replace("curl ", "curl -sf ", StringComparison.Ordinal).Replace("@deploy", "@" + Repository.File("deploy"), StringComparison.Ordinal))));
        Assert.Contains(
            "boolean=true\nboolean=false\nRegistered: dataset-1-creator, dataset-1-members\nboolean=true\nboolean=false\n", output, StringComparison.Ordinal);
        Assert.Contains("<VRE>/d4science.research-infrastructures.eu/FARM/AquaMaps</VRE>", output, StringComparison.Ordinal);
        Assert.Contains("\"user\":\"alice\"", output, StringComparison.Ordinal);
        Assert.Contains("\"scope\":\"/d4science.research-infrastructures.eu/FARM/AquaMaps\"", output, StringComparison.Ordinal);
        Assert.Contains("VRE-Manager", output, StringComparison.Ordinal);
        Assert.Contains("{\"species\": \"Thunnus thynnus\", \"count\": 1}", output, StringComparison.Ordinal);
        Assert.Contains("{\"species\": \"Thunnus thynnus\", \"count\": 2}", output, StringComparison.Ordinal);
        Assert.Contains("user_code", output, StringComparison.Ordinal);

        // A run needs a container engine; whoever starts it is let in without one.
        var runner = demo.Process.Lines.Select(line => line.Trim())
            .Where(line => line.StartsWith("RUNNER=", StringComparison.Ordinal) || (line.StartsWith("curl", StringComparison.Ordinal) && line.Contains("$RUNNER", StringComparison.Ordinal))).ToList();
        Assert.Equal(4, runner.Count);
        var refused = await ServerProcess.RunAsync("bash", "-ec", string.Join('\n', runner.Select(line => line.Replace("@deploy", "@" + Repository.File("deploy"), StringComparison.Ordinal))));
        Assert.Contains("no-machine", refused, StringComparison.Ordinal);
        Assert.Contains("Thunnus thynnus", refused, StringComparison.Ordinal);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "data", "demo", "key")));
        Assert.DoesNotContain(await demo.ListAsync(null), scope => scope is "FARM/ICIS" or "Ecosystem/EM");
        Assert.Equal(8, (await demo.ListAsync("carol")).Length);
        var all = await demo.ListAsync("admin");
        Assert.Equal(10, all.Length);
        Assert.Contains("FARM/ICIS", all);
        Assert.Contains("Ecosystem/EM", all);
    }

    [Fact]
    public async Task Commands_GoThroughTheRunningServer_AndOverNoNetwork()
    {
        using var demo = await DemoProcess.StartAsync(_folder);
        Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "password of dave\n", "user", "add", "dave")).Exit);
        using var login = await demo.LoginAsync("dave", "password of dave");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "", "user", "disable", "dave")).Exit);
        using var refused = await demo.LoginAsync("dave", "password of dave");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        var import = await DemoProcess.RunAsync(_folder, "[{\"scope\": \"/x/y\"}]", "import", "-");
        Assert.Equal(1, import.Exit);
        Assert.Contains("line 1, column 12, [0].scope", import.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "[{\"scope\": \"/x\"}]", "import", "-")).Exit);
        Assert.Contains("/x", (await DemoProcess.RunAsync(_folder, "", "export")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "", "member", "add", "/x", "carol")).Exit);
        Assert.Contains("carol", (await DemoProcess.RunAsync(_folder, "", "member", "list", "/x")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await DemoProcess.RunAsync(_folder, "", "scope", "show", "/nowhere")).Exit);
        var members = await DemoProcess.RunAsync(_folder, "scope,user\n/x,alice\n/x,bob\n", "member", "import", "-");
        Assert.Contains("Imported: 2 added", members.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "", "audit", "--verify")).Exit);

        var socket = DemoProcess.Store(_folder) + ".control/socket";
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(socket)!));
        using var command = new StringContent("{\"command\": \"export\", \"actor\": \"network\", \"format\": 0, \"voms\": false}", System.Text.Encoding.UTF8, "application/json");
        using var overTcp = await demo.Client.PostAsync("commands", command);
        Assert.Equal(HttpStatusCode.NotFound, overTcp.StatusCode);
        using var overSocket = await PostAsync(socket, "{\"command\": \"export\", \"actor\": \"test\", \"format\": 0, \"voms\": false}");
        Assert.Contains("\"exit\":0", await overSocket.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var nonsense = await PostAsync(socket, "{}");
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
    }

    [Fact]
    public async Task ASecondServer_OrAPortInUse_IsToldInPlainWords()
    {
        using var demo = await DemoProcess.StartAsync(_folder);
        using var same = DemoProcess.Launch(_folder, FreePort.Next());
        await same.Process.WaitForExitAsync();
        Assert.Equal(1, same.Process.ExitCode);
        Assert.Contains($"is open in process {demo.Process.Id}", same.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", same.Process.Output, StringComparison.Ordinal);

        using var fresh = DemoProcess.Launch(_folder, FreePort.Next(), "--fresh");
        await fresh.Process.WaitForExitAsync();
        Assert.Equal(1, fresh.Process.ExitCode);
        using var still = await demo.LoginAsync("alice");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);

        using var elsewhere = new TemporaryFolder();
        using var port = DemoProcess.Launch(elsewhere, demo.Address.Port);
        await port.Process.WaitForExitAsync();
        Assert.Equal(1, port.Process.ExitCode);
        Assert.Contains("already in use", port.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", port.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItsStateStays_AlsoWhenItIsKilled_UntilItIsFresh()
    {
        using (var first = await DemoProcess.StartAsync(_folder))
        {
            Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "password of dave\n", "user", "add", "dave")).Exit);
            await first.Process.KillAsync();
        }

        // The socket of the killed server is still there; the command opens the store itself.
        Assert.Equal(0, (await DemoProcess.RunAsync(_folder, "", "user", "enable", "dave")).Exit);
        using (var second = await DemoProcess.StartAsync(_folder))
        {
            using var login = await second.LoginAsync("dave", "password of dave");
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            await second.StopAsync();
            Assert.Equal(0, second.Process.ExitCode);
            Assert.False(Directory.Exists(DemoProcess.Store(_folder) + ".control"));
        }

        using var third = await DemoProcess.StartAsync(_folder, "--fresh");
        using var refused = await third.LoginAsync("dave", "password of dave");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var alice = await third.LoginAsync("alice");
        Assert.Equal(HttpStatusCode.OK, alice.StatusCode);
    }

    [GeneratedRegex("^([A-Z]+=\\$\\(|curl |echo )")]
    private static partial Regex Command();

    private static async Task<HttpResponseMessage> PostAsync(string socketPath, string json)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        return await client.PostAsync(new Uri("http://control/commands"), content);
    }
}
#endif
