using System.Text.Json;
using Platform.Console.Tests.Support;

namespace Platform.Console.Tests.Administration;

/// <summary>Commands of the administration on a store that no server has for itself: the endpoints, without a server.</summary>
public abstract class AdministrationCommandTests(TestDatabase database) : IAsyncLifetime
{
    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Scopes_AreMadeChangedSuspendedAndListed()
    {
        await MakeScopesAsync();
        var list = await OkAsync("scope", "list", "--below", "/infra");
        Assert.Contains("/infra/VO/VRE", list.Output, StringComparison.Ordinal);
        Assert.StartsWith("PATH", list.Output, StringComparison.Ordinal);

        Assert.Contains("was changed", (await OkAsync("scope", "edit", "/infra/VO/VRE", "--display-name", "A lab", "--visibility", "public", "--ends", "2090-01-01")).Output, StringComparison.Ordinal);
        var shown = Json(await OkAsync("scope", "show", "/infra/VO/VRE", "--json"));
        Assert.Equal("A lab", shown.GetProperty("displayName").GetString());
        Assert.Equal("2090-01-01T00:00:00Z", shown.GetProperty("endsAt").GetString());
        Assert.Contains("A lab", (await OkAsync("scope", "show", "/infra/VO/VRE")).Output, StringComparison.Ordinal);

        await OkAsync("scope", "suspend", "/infra/VO/VRE");
        Assert.True(Json(await OkAsync("scope", "show", "/infra/VO/VRE", "--json")).GetProperty("suspended").GetBoolean());
        await OkAsync("scope", "reopen", "/infra/VO/VRE");
        await OkAsync("scope", "create", "/infra/Other");
        await OkAsync("scope", "move", "/infra/VO/VRE", "/infra/Other");
        Assert.Equal(1, (await RunAsync("scope", "show", "/infra/VO/VRE")).Exit);
        await OkAsync("scope", "archive", "/infra/Other/VRE");
        Assert.Contains("archived", (await RefusedAsync("scope", "edit", "/infra/Other/VRE", "--display-name", "x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChangeThatRestsOnAnOldReading_IsRefused()
    {
        await MakeScopesAsync();
        var refused = await RefusedAsync("scope", "edit", "/infra/VO", "--display-name", "x", "--if-match", "\"000000000000000000000000\"");
        Assert.Contains("changed-meanwhile", refused.Error, StringComparison.Ordinal);
        Assert.Contains("no-such-scope", (await RefusedAsync("scope", "show", "/infra/Nowhere")).Error, StringComparison.Ordinal);
        Assert.Equal("no-such-scope", Json(await RefusedAsync("scope", "show", "/infra/Nowhere", "--json")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task AVre_IsDefinedAndApproved_AndARefusalNamesWhatIsWrong()
    {
        await MakeScopesAsync();
        await InputAsync("password of alice\n", "user", "add", "alice");
        Assert.StartsWith("designer: Say who it is", (await RefusedAsync("scope", "define", "/infra/VO/New", "--manager", "alice")).Error, StringComparison.Ordinal);
        Assert.StartsWith("manager: There is no such user", (await RefusedAsync("scope", "define", "/infra/VO/New", "--manager", "nobody", "--designer", "alice")).Error, StringComparison.Ordinal);
        await OkAsync("scope", "define", "/infra/VO/New", "--manager", "alice", "--designer", "alice");
        Assert.Contains("/infra/VO/New", (await OkAsync("scope", "definitions")).Output, StringComparison.Ordinal);
        await OkAsync("scope", "reject", "/infra/VO/New", "--reason", "not yet");
        Assert.Contains("not yet", (await OkAsync("scope", "definitions", "--json")).Output, StringComparison.Ordinal);
        Assert.Contains("definition-rejected", (await RefusedAsync("scope", "approve", "/infra/VO/New")).Error, StringComparison.Ordinal);
        await OkAsync("scope", "withdraw", "/infra/VO/New");
        await OkAsync("scope", "define", "/infra/VO/New", "--manager", "alice", "--designer", "alice");
        await OkAsync("scope", "approve", "/infra/VO/New");
        Assert.Contains("VRE-Manager", (await OkAsync("member", "list", "/infra/VO/New")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scope show nonsense")]
    [InlineData("scope show /a/b/c/d")]
    [InlineData("member add /a")]
    [InlineData("session end-all")]
    [InlineData("user list --server nowhere")]
    [InlineData("user list --server http://example.org")]
    [InlineData("user list --client-id x")]
    [InlineData("logout")]
    [InlineData("import --opentox --service x y")]
    public async Task AMistake_EndsWithTwo(string line) => Assert.Equal(2, (await RunAsync(line.Split(' '))).Exit);

    [Fact]
    public async Task Members_ComeChangeAndGo()
    {
        await MakeScopesAsync();
        await InputAsync("password of alice\n", "user", "add", "alice");
        await OkAsync("member", "add", "/infra/VO/VRE", "alice", "--role", "VRE-Manager", "--until", "2090-01-01");
        var listed = await OkAsync("member", "list", "/infra/VO/VRE");
        Assert.Contains("VRE-Manager", listed.Output, StringComparison.Ordinal);
        Assert.Equal(1, Json(await OkAsync("member", "list", "/infra/VO/VRE", "--json")).GetProperty("total").GetInt32());
        await OkAsync("member", "edit", "/infra/VO/VRE", "alice", "--no-roles", "--no-end");
        await OkAsync("member", "suspend", "/infra/VO/VRE", "alice");
        Assert.True(Json(await OkAsync("member", "show", "/infra/VO/VRE", "alice", "--json")).GetProperty("suspended").GetBoolean());
        await OkAsync("member", "resume", "/infra/VO/VRE", "alice");
        await OkAsync("member", "remove", "/infra/VO/VRE", "alice");
        Assert.Equal(0, Json(await OkAsync("member", "list", "/infra/VO/VRE", "--json")).GetProperty("total").GetInt32());
        Assert.Contains("secret", (await OkAsync("member", "invite", "/infra/VO/VRE", "--note", "a colleague", "--json")).Output, StringComparison.Ordinal);
        Assert.Contains("a colleague", (await OkAsync("member", "invitations", "/infra/VO/VRE")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_AreImported_WholeOrNotAtAll_AndTwiceChangesNothing()
    {
        var file = database.Folder.File("users.csv");
        await File.WriteAllTextAsync(file, "\uFEFFuserName,displayName,mail,disabled\r\nalice,\"Alice, A.\",alice@example.org,false\r\nbob,,,maybe\r\nALICE,,,\r\ncarol,,no mail,\r\n");
        var refused = await RefusedAsync("user", "import", file);
        Assert.Contains("line 3, column 7, disabled: true or false was expected", refused.Error, StringComparison.Ordinal);
        Assert.Contains("line 4, column 1, userName: this user is in line 2 already", refused.Error, StringComparison.Ordinal);
        Assert.Contains("line 5, column 8, mail: the mail address is not 'name@host'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was imported: 3 problems.", refused.Error, StringComparison.Ordinal);
        Assert.Equal("userName,displayName,mail,disabled\r\n", (await OkAsync("user", "export")).Output);

        await File.WriteAllTextAsync(file, "userName,displayName,mail,disabled\r\nalice,\"Alice, \"\"A.\"\"\",alice@example.org,false\r\nbob,'=1+1,,true\r\n");
        Assert.Contains("Would import: 2 added", (await OkAsync("user", "import", file, "--dry-run")).Output, StringComparison.Ordinal);
        Assert.Contains("Imported: 2 added", (await OkAsync("user", "import", file)).Output, StringComparison.Ordinal);
        Assert.Contains("0 added, 0 changed, 2 as they were", (await OkAsync("user", "import", file)).Output, StringComparison.Ordinal);
        var export = (await OkAsync("user", "export")).Output;
        Assert.Contains("alice,\"Alice, \"\"A.\"\"\",alice@example.org,false\r\n", export, StringComparison.Ordinal);
        Assert.Contains("bob,'=1+1,,true\r\n", export, StringComparison.Ordinal);

        var json = database.Folder.File("users.json");
        Assert.Equal(0, (await RunAsync("user", "export", json)).Exit);
        Assert.Contains("2 as they were", (await OkAsync("user", "import", json)).Output, StringComparison.Ordinal);
        using var exported = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.Contains(exported.RootElement.EnumerateArray(), user => user.GetProperty("displayName").GetString() == "=1+1");
    }

    [Fact]
    public async Task Members_AreImported_WithTheirPlacesWhereSomethingIsWrong()
    {
        await MakeScopesAsync();
        await InputAsync("[{\"userName\": \"alice\"}, {\"userName\": \"bob\"}]", "user", "import", "-");
        var refused = await InputAsync("scope,user,roles,until\n/infra/VO/VRE,alice,Nothing,\n/infra/Nowhere,bob,,\n/infra/VO/VRE,nobody,,\n", "member", "import", "-");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("line 2, column 21, roles: there is no role 'Nothing'", refused.Error, StringComparison.Ordinal);

        refused = await InputAsync("scope,user,roles,until\n/infra/Nowhere,bob,,\n/infra/VO/VRE,nobody,,\n", "member", "import", "-");
        Assert.Contains("line 2, column 1, scope: There is no such scope.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("line 3, column 15, user: There is no user 'nobody'.", refused.Error, StringComparison.Ordinal);

        const string File = "scope,user,roles,until,suspended\r\n/infra/VO,alice,VO-Admin;Data-Manager,2090-01-01T00:00:00Z,false\r\n/infra/VO/VRE,bob,,,false\r\n";
        Assert.Contains("Imported: 2 added", (await InputAsync(File, "member", "import", "-")).Output, StringComparison.Ordinal);
        Assert.Contains("2 as they were", (await InputAsync(File, "member", "import", "-")).Output, StringComparison.Ordinal);
        var export = (await OkAsync("member", "export")).Output;
        Assert.Equal(
            File.Replace("VO-Admin;Data-Manager", "Data-Manager;VO-Admin", StringComparison.Ordinal).Split("\r\n").Order(StringComparer.Ordinal), export.Split("\r\n").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("/infra/VO,", (await OkAsync("member", "export", "--scope", "/infra/VO/VRE")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASet_IsRemovedByItsService()
    {
        Assert.Contains("has no policy set", (await RefusedAsync("policy", "remove", "wiki")).Error, StringComparison.Ordinal);
        await InputAsync("{\"rules\": []}", "policy", "put", "wiki", "-");
        Assert.Contains("Removed", (await OkAsync("policy", "remove", "wiki", "--comment", "gone")).Output, StringComparison.Ordinal);
        Assert.Contains("gone", (await OkAsync("policy", "history", "wiki")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheOperator_MayDoEverything_AndIsNamedInTheAudit()
    {
        await MakeScopesAsync();
        var audit = (await OkAsync("audit", "--action", "scope.change", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(audit);
        Assert.All(audit, line => Assert.Equal($"console:{Environment.UserName}", JsonDocument.Parse(line).RootElement.GetProperty("subject").GetString()));
    }

    private async Task MakeScopesAsync()
    {
        foreach (var scope in new[] { "/infra", "/infra/VO", "/infra/VO/VRE" })
        {
            await OkAsync("scope", "create", scope);
        }
    }

    private Task<ConsoleAnswer> RunAsync(params string[] arguments) => TestConsole.RunAsync(database, "", arguments);

    private Task<ConsoleAnswer> InputAsync(string input, params string[] arguments) => TestConsole.RunAsync(database, input, arguments);

    private async Task<ConsoleAnswer> OkAsync(params string[] arguments)
    {
        var answer = await RunAsync(arguments);
        Assert.True(answer.Exit == 0, $"{string.Join(' ', arguments)}: {answer.Error}{answer.Output}");
        return answer;
    }

    private async Task<ConsoleAnswer> RefusedAsync(params string[] arguments)
    {
        var answer = await RunAsync(arguments);
        Assert.True(answer.Exit == 1, $"{string.Join(' ', arguments)}: {answer.Exit}: {answer.Output}");
        return answer;
    }

    private static JsonElement Json(ConsoleAnswer answer) => JsonDocument.Parse(answer.Output).RootElement.Clone();
}

/// <summary>On SQLite.</summary>
public sealed class SqliteAdministrationCommandTests() : AdministrationCommandTests(new SqliteTestDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class PostgreSqlAdministrationCommandTests() : AdministrationCommandTests(new PostgreSqlTestDatabase());
