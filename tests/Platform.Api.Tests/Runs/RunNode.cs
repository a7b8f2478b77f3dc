using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.OAuth;
using Platform.Api.Runs;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Api.Users;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Runs;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Testing.Web;

namespace Platform.Api.Tests.Runs;

/// <summary>
/// A node that has no container engine: the test says that a machine is there, and does what one does. In AquaMaps alice manages, dora may start
/// runs, mia is a member; in TryIt every member may start them.
/// </summary>
public sealed class RunNode : IAsyncLifetime
{
    public const string Image = "app:1";
    public const string Dora = "dora", Mia = "mia";
    public const string Client = "runs", Robot = "robot";
    public const string Asked = """{"image": "app:1"}""";

    /// <summary>The machine that the tests are.</summary>
    public const string Machine = "m";

    /// <summary>Who speaks for it.</summary>
    public const string Holder = "holder";

    private readonly Dictionary<(string User, string? Scope), string> _sessions = [];
    private readonly Dictionary<(string User, string? Scope), WebBrowser> _browsers = [];

    internal TokenNode Tokens { get; } = new();

    internal ApiNode Node => Tokens.Node;

    internal IRunQueue Queue => Node.Services.GetRequiredService<IRunQueue>();

    public Task InitializeAsync() => StartAsync(new Dictionary<string, string?>
    {
        ["Runs:RunningPerScope"] = "100000",
        ["Runs:RunningPerUser"] = "100000",
        ["Runs:QueuedPerUser"] = "100000",
        ["Runs:QueuedPerScope"] = "100000",
    });

    internal async Task StartAsync(Dictionary<string, string?> settings, bool isWhole = true)
    {
        await Tokens.StartAsync(null, settings);
        await AddUserAsync(Dora, Roles.DataManager);
        await AddUserAsync(Mia);
        await SetAsync(TestData.AquaMaps, new RunSettingsChange { Images = Images(Image) });
        await SetAsync(TestData.TryIt, new RunSettingsChange { Images = Images(Image), ForMembers = new(true) });
        if (isWhole)
        {
            await AddClientAsync();
            await BeatAsync();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var browser in _browsers.Values)
        {
            browser.Dispose();
        }

        await Tokens.DisposeAsync();
    }

    internal static Given<IReadOnlyList<string>?> Images(params string[] images) => new(images);

    internal static ClientDefinition Definition { get; } = new()
    {
        Name = "Runs",
        OAuthScopes = ["read", "write"],
        Authentication = ClientAuthentication.SecretBasic,
        Secrets = [TokenNode.Sha256("nobody knows it")],
        Trusted = true,
    };

    internal Task AddClientAsync() => Tokens.MakeAsync(Client, Definition);

    /// <summary>A client that starts runs in its own name, or would.</summary>
    internal async Task<string> RobotTokenAsync()
    {
        var id = new ClientId(Robot);
        if (await Tokens.Grains.Client(id).FindAsync() is null)
        {
            await Tokens.MakeAsync(Robot, new ClientDefinition
            {
                Name = "Robot",
                GrantTypes = [GrantTypes.ClientCredentials],
                OAuthScopes = ["runs", "read", OAuthScopes.AnyContext],
                Authentication = ClientAuthentication.SecretBasic,
                Secrets = [TokenNode.Sha256(TokenNode.ServiceSecret)],
            });
            await JoinAsync(id.AsMember.ToString(), TestData.AquaMaps, Roles.DataManager);
        }

        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.ClientCredentials, ["scope"] = "runs read" };
        return (await Tokens.TokenAsync(Robot, form, "X-D4Science-Context: " + TestData.AquaMaps).JsonAsync()).Text("access_token");
    }

    /// <summary>A token of a user, by a code.</summary>
    internal async Task<string> TokenAsync(string oauthScopes, string user, string? context = TestData.AquaMaps) =>
        (await Tokens.TokensAsync(TokenNode.Web, oauthScopes, user, context, bound: false)).Tokens.Text("access_token");

    /// <summary>Somebody of a name of their own, who is in AquaMaps with a role that starts runs.</summary>
    internal async Task<string> NewStarterAsync()
    {
        var name = $"u{Guid.NewGuid():N}"[..12];
        await AddUserAsync(name, Roles.DataManager);
        return name;
    }

    internal async Task AddUserAsync(string name, params string[] roles)
    {
        var result = await Node.Services.GetRequiredService<LocalUsers>().AddAsync(
            name, name, $"{name}@example.org", TestData.Password(name), admin: false, "test", CancellationToken.None);
        Assert.Null(result.Refusal);
        await JoinAsync(name, TestData.AquaMaps, roles);
    }

    internal async Task JoinAsync(string user, string scope, params string[] roles)
    {
        var added = await Node.Services.GetRequiredService<MemberAdministration>().AddAsync(
            AdministrationActor.Operator("test"), new ScopePath(scope), new NewMember(user) { Roles = [.. roles] }, CancellationToken.None);
        Assert.True(added.IsDone, added.Refusal?.Message);
    }

    internal async Task SetAsync(string scope, RunSettingsChange change)
    {
        var set = await Node.Services.GetRequiredService<RunSettingsAdministration>().ChangeAsync(
            AdministrationActor.Operator("test"), new ScopePath(scope), change, null, CancellationToken.None);
        Assert.True(set.IsDone, set.Refusal?.Message);
    }

    /// <summary>A machine says that it is there.</summary>
    internal async Task BeatAsync(bool isReady = true) =>
        Assert.True(await Node.Services.GetRequiredService<RunMachines>().BeatAsync(
            new RunMachineWord(Machine, Holder, "node", isReady ? "Test 1" : "", isReady, 4), CancellationToken.None));

    /// <summary>A session of a user, in a scope; the same one each time.</summary>
    internal async Task<string> EnterAsync(string user, string? scope = TestData.AquaMaps)
    {
        if (!_sessions.TryGetValue((user, scope), out var session))
        {
            session = await Node.LogInAsync(user);
            if (scope is not null)
            {
                await Node.GetAsync($"/LoginScope?scope={scope}", "X-Session-Id: " + session).TextAsync();
            }

            _sessions[(user, scope)] = session;
        }

        return session;
    }

    /// <summary>A browser of a user that is logged in, in a scope; the same one each time.</summary>
    internal async Task<WebBrowser> OpenAsync(string user, string? scope = TestData.AquaMaps)
    {
        if (!_browsers.TryGetValue((user, scope), out var browser))
        {
            browser = _browsers[(user, scope)] = new WebBrowser(Node.Address);
            await browser.LogInAsync(await browser.OpenAsync("/login?return=/account/profile"), user, TestData.Password(user));
            if (scope is not null)
            {
                var session = browser.Cookies.Single(cookie => cookie.Name == "JSESSIONID").Value;
                await Node.GetAsync($"/LoginScope?scope={scope}", "X-Session-Id: " + session).TextAsync();
            }
        }

        return browser;
    }

    /// <summary>The subject of a user.</summary>
    internal async Task<string> SubjectAsync(string user) => (await GetAsync("/session", await EnterAsync(user)).JsonAsync()).Text("subject");

    /// <summary>Who calls, as a header: a token, or a session's id.</summary>
    internal static string Header(string credential) => credential.Contains('.', StringComparison.Ordinal) ? "Authorization: Bearer " + credential : "X-Session-Id: " + credential;

    internal Task<HttpResponseMessage> GetAsync(string target, string credential, params string[] headers) => Node.GetAsync(target, [.. headers, Header(credential)]);

    internal Task<HttpResponseMessage> SendAsync(string method, string target, string? body, string credential, params string[] headers) => Node.SendAsync(
        new HttpMethod(method), target, body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), [.. headers, Header(credential)]);

    /// <summary>Asks for a run; a machine is there.</summary>
    internal async Task<HttpResponseMessage> PostAsync(string body, string credential, params string[] headers)
    {
        await BeatAsync();
        return await SendAsync("POST", "/runs", body, credential, headers);
    }

    internal async Task<JsonElement> StartAsync(string user, string body = Asked, string scope = TestData.AquaMaps) =>
        await PostAsync(body, await EnterAsync(user, scope)).JsonAsync(HttpStatusCode.Created);

    internal async Task<RunId> StartIdAsync(string user, string body = Asked, string scope = TestData.AquaMaps) => IdOf(await StartAsync(user, body, scope));

    internal static RunId IdOf(JsonElement run)
    {
        Assert.True(RunId.TryParse(run.Text("id"), out var id));
        return id;
    }

    internal IRunGrain Run(RunId id) => Tokens.Grains.Run(id);

    /// <summary>A machine takes the run, and those before it.</summary>
    internal async Task ClaimAsync(RunId id)
    {
        while (await Queue.ClaimAsync(Machine, CancellationToken.None) is var taken && taken?.Id != id)
        {
            Assert.NotNull(taken);
        }
    }

    /// <summary>A machine begins to start the run's container, and has started it.</summary>
    internal async Task<RunSnapshot> BeginAsync(RunId id, bool isStarted = true)
    {
        await ClaimAsync(id);
        var run = await Run(id).BeginStartAsync(Machine, Holder, "sha256:1");
        if (isStarted)
        {
            run = await Run(id).NoteStartedAsync(Machine, Node.Time.GetUtcNow());
        }

        Assert.NotNull(run);
        return run;
    }

    internal async Task EndAsync(RunId id, RunOutcome outcome = RunOutcome.Succeeded, int? exitCode = 0) =>
        Assert.True(await Run(id).EndAsync(Machine, new RunEnding(outcome, exitCode, null, Node.Time.GetUtcNow())));

    /// <summary>A token of a run, as a machine gives it to the container.</summary>
    internal async Task<string> SignAsync(RunSnapshot run)
    {
        var tokens = Node.Services.GetRequiredService<RunTokens>();
        var grounds = await tokens.FindGroundsAsync(run, CancellationToken.None);
        Assert.NotNull(grounds);
        return (await tokens.SignAsync(run, grounds, TimeSpan.FromHours(1), CancellationToken.None)).Text;
    }

    /// <summary>A run that runs, and its token.</summary>
    internal async Task<(RunSnapshot Run, string Token)> RunningAsync(string user, string body = Asked, string scope = TestData.AquaMaps)
    {
        var run = await BeginAsync(await StartIdAsync(user, body, scope));
        return (run, await SignAsync(run));
    }

    internal async Task LogAsync(RunId id, params (long Number, string Text)[] lines) => await Node.Services.GetRequiredService<RunLogs>().AppendAsync(
        id, [.. lines.Select(line => new RunLogLine(line.Number, 1_700_000_000_000_000_000 + line.Number, false, line.Text))], CancellationToken.None);

    /// <summary>Whether a token opens anything: by each of the ways in which services ask.</summary>
    internal async Task AssertRefusedAsync(string token)
    {
        Assert.Equal("invalid_token", await Node.GetAsync("/oauth/tokeninfo", Header(token)).ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("invalid-token", await GetAsync("/resources", token).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.False(await Tokens.IsActiveAsync(token));
    }

    internal async Task AssertAcceptedAsync(string token)
    {
        await GetAsync("/oauth/tokeninfo", token).JsonAsync();
        await GetAsync("/resources", token).JsonAsync();
        Assert.True(await Tokens.IsActiveAsync(token));
    }
}

/// <summary>What the tests of runs ask of answers.</summary>
internal static class RunAnswers
{
    /// <summary>The code of a problem, and the place that it names.</summary>
    public static async Task<(string Code, string? Place)> ProblemAsync(this Task<HttpResponseMessage> answer, HttpStatusCode status)
    {
        var problem = await answer.JsonAsync(status);
        return (problem.Text("code"), problem.Has("place") ? problem.Text("place") : null);
    }

    public static string[] Texts(this JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    public static bool IsNull(this JsonElement json, string name) => json.GetProperty(name).ValueKind == JsonValueKind.Null;
}

[CollectionDefinition(Name)]
public sealed class RunCollection : ICollectionFixture<RunNode>
{
    public const string Name = "runs";
}
