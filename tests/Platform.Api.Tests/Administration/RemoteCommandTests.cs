using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Console;
using Platform.Api.Tests.OAuth.Authorize;
using Platform.Api.Tests.Support;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Testing;

namespace Platform.Api.Tests.Administration;

/// <summary>Commands over the network: a device-flow login that a person approves, and the rights of that person.</summary>
public sealed partial class RemoteCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _server = "";
    private ApiNode _node = null!;

    public async Task InitializeAsync()
    {
        // The tokens of this test's logins are kept here, and nowhere else.
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder.FullName);
        _server = $"http://127.0.0.1:{FreePort.Next()}";
        _node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["urls"] = _server, ["PublicUrl"] = _server, ["OAuth:Authorize:DeviceInterval"] = "00:00:01" });
        await _node.Services.GetRequiredService<IPlatformGrains>().Client(new ClientId("platform-cli")).RegisterAsync(new ClientDefinition
        {
            Name = "Command line",
            GrantTypes = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
            OAuthScopes = ["admin", "policies", "offline_access"],
            Authentication = ClientAuthentication.None,
        });
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ALogin_IsApprovedByAPerson_KeptForThem_AndTakenBack()
    {
        var first = RunAsync(out var error, "login");
        await ApproveAsync("admin", error);
        var answer = await first;
        Assert.True(answer.Exit == 0, answer.Error);
        Assert.Contains("admin", answer.Output, StringComparison.Ordinal);
        var kept = Assert.Single(Directory.GetFiles(_folder.FullName, "tokens-*.json", SearchOption.AllDirectories));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        }

        // Kept: no second login.
        var list = await RunAsync(out _, "scope", "list", "--below", TestData.Farm);
        Assert.Equal(0, list.Exit);
        Assert.Contains(TestData.AquaMaps, list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("code", list.Error, StringComparison.Ordinal);

        // A token that has ended is replaced by the refresh token.
        _node.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, (await RunAsync(out _, "member", "list", TestData.AquaMaps)).Exit);

        Assert.Contains("Logged out", (await RunAsync(out _, "logout")).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(kept));
        Assert.Contains("Nobody", (await RunAsync(out _, "logout")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoManagesOneVre_ManagesThatAlone()
    {
        var first = RunAsync(out var error, "member", "add", TestData.AquaMaps, "carol");
        await ApproveAsync("alice", error);
        var added = await first;
        Assert.True(added.Exit == 0, added.Error);
        Assert.Contains("carol", (await RunAsync(out _, "member", "list", TestData.AquaMaps)).Output, StringComparison.Ordinal);

        Assert.Equal(1, (await RunAsync(out _, "member", "add", TestData.TryIt, "carol")).Exit);
        Assert.Equal(1, (await RunAsync(out _, "member", "edit", TestData.Farm, "alice", "--role", "VO-Admin")).Exit);
        Assert.Equal(1, (await RunAsync(out _, "scope", "archive", TestData.AquaMaps)).Exit);
        Assert.Equal(1, (await RunAsync(out _, "user", "export")).Exit);
    }

    [Fact]
    public async Task TheOperator_IsNobodyWhoCallsOverTheNetwork()
    {
        foreach (var header in new[] { "X-Operator: root", "Operator: root", "X-Actor: console:root", "Actor: console:root", "X-Forwarded-User: console:root" })
        {
            Assert.Equal("token-required", await _node.GetAsync("/admin/api/me", header).CodeAsync(HttpStatusCode.Unauthorized));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await _node.SendAsync(HttpMethod.Post, "/commands", new StringContent("{\"command\":\"admin\"}"))).StatusCode);
        var token = await _node.LogInAsync("bob");
        Assert.DoesNotContain("\"isOperator\":true", await _node.GetAsync("/admin/api/me", "X-Session-Id: " + token, "X-Actor: console:root").TextAsync(), StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(out SharedWriter error, params string[] arguments)
    {
        var output = new StringWriter();
        var errors = error = new SharedWriter();
        return FinishAsync();

        async Task<(int, string, string)> FinishAsync()
        {
            var streams = new ConsoleStreams(Stream.Null, InputIsTerminal: false, output, errors);
            var exit = await PlatformCommandLine.RunAsync([.. arguments, "--server", _server], _ => throw new InvalidOperationException("No server was to be started."), streams);
            return (exit, output.ToString(), errors.ToString());
        }
    }

    private async Task ApproveAsync(string user, SharedWriter error)
    {
        await Eventually.TrueAsync(() => Code().IsMatch(error.ToString()), TimeSpan.FromSeconds(20), "the command shows a code");
        var browser = await _node.LoggedInAsync(user);
        await (await browser.GetAsync("/device")).FillAsync("user_code", new() { ["user_code"] = Code().Match(error.ToString()).Groups[1].Value });
        await browser.SubmitAsync("decision", "allow");
        Assert.Contains("Your device is connected", browser.Text, StringComparison.Ordinal);
    }

    /// <summary>Standard error, read while the command writes it.</summary>
    private sealed class SharedWriter : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    [GeneratedRegex("with the code ([A-Z]{4}-[A-Z]{4})")]
    private static partial Regex Code();
}
