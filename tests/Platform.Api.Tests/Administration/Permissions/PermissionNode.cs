using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Console;
using Platform.Api.Console.Administration.Remote;
using Platform.Api.Tests.Support;
using Platform.Api.Users;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Testing;
using Platform.Testing.Web;

namespace Platform.Api.Tests.Administration.Permissions;

/// <summary>
/// A node with an infrastructure in which one person holds each role where it belongs and nothing else, and a stranger holds none. Each has a
/// session, a browser's cookies, and a token of the command line. The keeper, who manages it too, prepares and looks.
/// </summary>
public sealed class PermissionNode : IAsyncLifetime
{
    public const string Root = "/permissions.example";
    public const string Vo = Root + "/One";
    public const string OtherVo = Root + "/Two";
    public const string Vre = Vo + "/Shared";
    public const string Veiled = Vo + "/Veiled";
    public const string Stranger = "stranger";
    public const string Service = "permissions-service";

    private const string Keeper = "keeper";
    private static readonly ImportPlace Nowhere = new("", 1, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _sessions = [];
    private readonly Dictionary<string, (string Field, string Cookie)> _browsers = [];
    private readonly string? _state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private string _server = "";
    private string _present = "";

    /// <summary>Who tries everything: a holder of each role, named by it, and the stranger.</summary>
    public static IReadOnlyList<string> Everyone { get; } = [.. Roles.All.Values, Stranger];

    /// <summary>The client that is administered.</summary>
    public string Client { get; private set; } = "";

    internal ApiNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder.FullName);
        _server = $"http://127.0.0.1:{FreePort.Next()}";
        Node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["urls"] = _server, ["PublicUrl"] = _server }, filled: false);
        var users = Node.Services.GetRequiredService<LocalUsers>();
        foreach (var user in (string[])[Keeper, "present", "guest", "subject", .. Everyone.Select(NameOf)])
        {
            Assert.Null((await users.AddAsync(user, user, null, TestData.Password(user), admin: false, "test", CancellationToken.None)).Refusal);
        }

        await Node.ImportAsync(new ScopeImport([.. Scopes()], [.. Memberships()]));
        foreach (var person in (string[])[Keeper, .. Everyone])
        {
            await OpenAsync(person);
        }

        _present = await Node.LogInAsync("present");
        var made = await SendAsync(Keeper, new RestCall("POST", "/admin/api/clients", """{"name": "machine", "grantTypes": ["client_credentials"], "oauthScopes": ["read"]}""")).JsonAsync(HttpStatusCode.Created);
        Client = made.GetProperty("client").GetProperty("id").GetString()!;
        using var set = await SendAsync(Keeper, new RestCall("PUT", $"/policies/{Service}", Rules("first"), "application/yaml"));
        Assert.Equal(HttpStatusCode.Created, set.StatusCode);
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _state);
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A scope as it stands in URLs.</summary>
    public static string Segment(string scope) => scope[1..].Replace('/', '~');

    /// <summary>The policies of the service, with a rule of this name.</summary>
    public static string Rules(string rule) => $$"""
        hosts: [permissions-service.example]
        scope: {{Vre}}
        rules:
          - id: {{rule.ToLowerInvariant()}}
            effect: allow
            methods: [GET]
            path: /public
            who: anyone
        """;

    /// <summary>The VRE that one attempt alone uses up: all who hold a role in a VRE hold it there.</summary>
    public static string OwnOf(Permission permission, string way, string person) => $"{Vo}/{permission}-{way}-{person}";

    /// <summary>The name of who holds a role.</summary>
    public static string NameOf(string person) => person.ToLowerInvariant();

    /// <summary>What the keeper is answered: what is there now.</summary>
    internal async Task<string> LookAsync(string path)
    {
        using var answer = await SendAsync(Keeper, new RestCall("GET", path));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    /// <summary>Has the keeper do something; that it is refused, because it is so already, is no matter.</summary>
    internal async Task PrepareAsync(RestCall call)
    {
        using var answer = await SendAsync(Keeper, call);
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict, $"{call}: {(int)answer.StatusCode}");
    }

    /// <summary>Somebody is in the VRE.</summary>
    internal async Task EnterAsync() => await Node.GetAsync($"/LoginScope;jsessionid={_present}?scope={Vre}").TextAsync();

    /// <summary>Where that somebody is.</summary>
    internal Task<string> PlaceAsync() => Node.GetAsync($"/session;jsessionid={_present}", "Accept: application/json").TextAsync();

    internal Task<HttpResponseMessage> SendAsync(string person, RestCall call) => Node.SendAsync(
        new HttpMethod(call.Method),
        call.Path,
        call.Body is null ? null : new StringContent(call.Body, Encoding.UTF8, call.MediaType),
        "X-Session-Id: " + _sessions[person],
        "Accept: application/json");

    /// <summary>A page, as somebody's browser gets it.</summary>
    internal async Task<(HttpStatusCode Status, string Html)> PageAsync(string person, string target)
    {
        using var answer = await Node.GetAsync(target, [.. HeadersOf(person)]);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// Sends a form: from their own page for those who may, and otherwise as on the page that the keeper sees, with their own token against
    /// forgery and no condition, so that a refusal is one of the act and not of what came with it.
    /// </summary>
    internal async Task<(HttpStatusCode Status, string Html)> SubmitAsync(string person, ConsoleStep step, bool isOwn)
    {
        var (status, page) = await PageAsync(isOwn ? person : Keeper, step.Form);
        Assert.True(status == HttpStatusCode.OK, $"{step.Form}: {status} {page}");
        var form = WebForm.Read(page).Single(form => form.Method == "POST" && form.Action == step.Action);
        var fields = form.Fields.ToDictionary(field => field.Name, field => field.Value);
        if (!isOwn)
        {
            fields["antiforgery"] = _browsers[person].Field;
            fields.Remove("tag");
        }

        foreach (var (name, value) in step.Fields)
        {
            fields[name] = value;
        }

        using var answer = await Node.PostAsync(step.Action!, fields, [.. HeadersOf(person)]);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Runs a command over the network with the token that is kept for somebody.</summary>
    internal async Task<(int Exit, string Output, string Error)> RunAsync(string person, CommandCall call)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(call.Input));
        var exit = await PlatformCommandLine.RunAsync(
            [.. call.Arguments, "--server", _server, "--client-id", ClientOf(person)],
            _ => throw new InvalidOperationException("No server was to be started."),
            new ConsoleStreams(input, InputIsTerminal: false, output, error));
        return (exit, output.ToString(), error.ToString());
    }

    private static string ClientOf(string person) => "cli-" + NameOf(person);

    private string[] HeadersOf(string person) =>
        ["Accept: " + Calls.Browser, "Sec-Fetch-Site: same-origin", $"Cookie: JSESSIONID={_sessions[person]}; {_browsers[person].Cookie}"];

    /// <summary>Logs somebody in by each of the ways.</summary>
    private async Task OpenAsync(string person)
    {
        var session = _sessions[person] = await Node.LogInAsync(NameOf(person));
        _browsers[person] = await Node.LoadFormAsync("/account/profile", "Cookie: JSESSIONID=" + session);

        var client = ClientOf(person);
        Assert.True(await Node.Services.GetRequiredService<IPlatformGrains>().Client(new ClientId(client)).RegisterAsync(new ClientDefinition
        {
            Name = "Command line",
            GrantTypes = ["urn:ietf:params:oauth:grant-type:device_code"],
            OAuthScopes = ["admin", "policies"],
            Authentication = ClientAuthentication.None,
        }));
        var codes = await Node.PostAsync("/oauth/device", new() { ["client_id"] = client, ["scope"] = "admin policies" }).JsonAsync();
        var browser = new TestBrowser(Node);
        browser.SetCookie("JSESSIONID", session);
        await (await browser.GetAsync("/device")).FillAsync("user_code", new() { ["user_code"] = codes.GetProperty("user_code").GetString()! });
        await browser.SubmitAsync("decision", "allow");
        var tokens = await Node.PostAsync("/oauth/token", new()
        {
            ["client_id"] = client,
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
            ["device_code"] = codes.GetProperty("device_code").GetString()!,
        }).JsonAsync();
        await TokenFile.Of(_server, client).WriteAsync(
            new KeptTokens(_server, client, tokens.GetProperty("access_token").GetString()!, null, Node.Time.GetUtcNow().AddHours(1)), CancellationToken.None);
    }

    private static IEnumerable<ImportedScope> Scopes() =>
    [
        TestData.Scope(Root, null),
        TestData.Scope(Vo, null),
        TestData.Scope(OtherVo, null),
        TestData.Scope(Vre, null),
        TestData.Scope(Veiled, null) with { Visibility = new(ScopeVisibility.Hidden) },
        .. Owns().Select(path => TestData.Scope(path, null)),
    ];

    private static IEnumerable<ImportedMembership> Memberships() =>
    [
        Member(Keeper, Root, Roles.InfrastructureManager),
        Member("present", Vre),
        Holder(Roles.InfrastructureManager, Root),
        Holder(Roles.VOAdmin, Vo),
        Holder(Roles.VOAdmin, OtherVo),
        Holder(Roles.VREDesigner, Vo),
        Holder(Roles.VREManager, Veiled),
        .. from scope in (string[])[Vre, .. Owns()]
           from role in (string[])[Roles.VREManager, Roles.DataManager, Roles.CatalogueAdmin, Roles.CatalogueEditor, Roles.Member]
           select Holder(role, scope),
    ];

    private static IEnumerable<string> Owns() =>
        from act in PermissionTable.Acts
        where act.UsesUp
        from way in PermissionTests.Ways
        from person in Everyone
        select OwnOf(act.Permission, way, person);

    private static ImportedMembership Holder(string role, string scope) =>
        role == Roles.Member ? Member(NameOf(role), scope) : Member(NameOf(role), scope, role);

    private static ImportedMembership Member(string user, string scope, params string[] roles) =>
        new(user, Nowhere, new ScopePath(scope), Nowhere) { Roles = new(ImmutableArray.Create(roles)) };
}
