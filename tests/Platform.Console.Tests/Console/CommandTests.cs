using System.Text.Json;
using Dapper;
using Platform.Console.Tests.Support;
using Platform.Grains.Cluster;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Console.Tests.Console;

/// <summary>Commands on a database that no server has for itself; the same on both databases.</summary>
public abstract class CommandTests(TestDatabase database) : IAsyncLifetime
{
    private const string Scopes = """{"scopes": [{"scope": "/a"}, {"scope": "/a/b"}, {"scope": "/z"}]}""";

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task TheFirstAdministrator_ManagesEveryInfrastructure_AndNeedsOne()
    {
        var refused = await RunAsync("password of root\n", "user", "add", "root", "--admin");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("no infrastructure", refused.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(Scopes, "import", "-")).Exit);
        Assert.Equal(0, (await RunAsync("password of root\n", "user", "add", "root", "--admin", "--display-name", "The Admin", "--mail", "root@example.org")).Exit);
        var export = await RunAsync("", "export", "--voms");
        using var document = JsonDocument.Parse(export.Output);
        Assert.Equal(
            ["/a/Role=Infrastructure-Manager", "/z/Role=Infrastructure-Manager"],
            document.RootElement.GetProperty("memberships").EnumerateArray().Select(membership => membership.GetProperty("voms")[0].GetString()));

        var taken = await RunAsync("another password\n", "user", "add", " ROOT");
        Assert.Equal(1, taken.Exit);
        Assert.Contains("already", taken.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no password")]
    [InlineData("\n", "no password")]
    [InlineData("short\n", "shorter")]
    [InlineData("password\n", "guessed first")]
    public async Task APasswordThatIsNone_IsRefused(string input, string words)
    {
        var answer = await RunAsync(input, "user", "add", "alice");
        Assert.Equal(1, answer.Exit);
        Assert.Contains(words, answer.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no such user", (await RunAsync("", "user", "disable", "alice")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisablingAndANewPassword_EndSessions()
    {
        Assert.Equal(0, (await RunAsync("password of alice", "user", "add", "alice")).Exit);
        var added = await UserAsync("alice");
        Assert.Equal(0, (await RunAsync("", "user", "disable", "Alice")).Exit);
        var disabled = await UserAsync("alice");
        Assert.True(disabled.Disabled);
        Assert.True(disabled.Epoch > added.Epoch);
        Assert.Equal(0, (await RunAsync("", "user", "disable", "alice")).Exit);
        Assert.Equal(disabled.Epoch, (await UserAsync("alice")).Epoch);
        Assert.Equal(0, (await RunAsync("", "user", "enable", "alice")).Exit);
        Assert.Equal(0, (await RunAsync("a new password\r\n", "user", "password", "alice")).Exit);
        var changed = await UserAsync("alice");
        Assert.False(changed.Disabled);
        Assert.True(changed.Epoch > disabled.Epoch);
        Assert.NotEqual(added.PasswordHash, changed.PasswordHash);
    }

    [Fact]
    public async Task Import_PrintsProblemsWithTheirPlaces_OrJson()
    {
        var refused = await RunAsync("scopes:\n- scope: nonsense\n- {scope: /a/b}\n", "import", "-");
        Assert.Equal(1, refused.Exit);
        Assert.Empty(refused.Output);
        Assert.Contains("line 2, column 10, scopes[0].scope: 'nonsense' is not a scope", refused.Error, StringComparison.Ordinal);
        Assert.Contains("line 3, column 11, scopes[1].scope: the scope above, '/a'", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was imported: 2 problems.", refused.Error, StringComparison.Ordinal);

        var json = await RunAsync("- scope: nonsense", "import", "-", "--format", "yaml", "--json");
        Assert.Equal(1, json.Exit);
        Assert.Equal(1, JsonDocument.Parse(json.Output).RootElement.GetProperty("problems")[0].GetProperty("line").GetInt32());

        var missing = await RunAsync("", "import", database.Folder.File("absent.json"));
        Assert.Equal(1, missing.Exit);
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_SaysWhatItDid_AndThatNothingChanged()
    {
        var file = database.Folder.File("scopes.json");
        await File.WriteAllTextAsync(file, Scopes);
        Assert.Contains("Would import: scopes 3 added", (await RunAsync("", "import", file, "--check")).Output, StringComparison.Ordinal);
        Assert.Contains("Imported: scopes 3 added", (await RunAsync("", "import", file)).Output, StringComparison.Ordinal);
        Assert.Contains("Nothing to change: 3 scopes", (await RunAsync("", "import", file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WritesAFileWhole_InTheFormatOfItsName()
    {
        await RunAsync(Scopes, "import", "-");
        var file = database.Folder.File("out.yaml");
        await File.WriteAllTextAsync(file, "old");
        Assert.Equal(0, (await RunAsync("", "export", file)).Exit);
        Assert.StartsWith("scopes:\n  - scope: \"/a\"\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Contains("Nothing to change", (await RunAsync("", "import", file)).Output, StringComparison.Ordinal);

        var unwritable = await RunAsync("", "export", database.Folder.File("absent/out.json"));
        Assert.Equal(1, unwritable.Exit);
        Assert.Contains("cannot be written", unwritable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_PrintsFiltersAndVerifies_WithoutSecrets()
    {
        await RunAsync(Scopes, "import", "-");
        await RunAsync("password of alice\n", "user", "add", "alice");
        var lines = (await RunAsync("", "audit", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.DoesNotContain("password of alice", string.Concat(lines), StringComparison.Ordinal);

        var added = Assert.Single((await RunAsync("", "audit", "--subject", "ALICE")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("user.change", added, StringComparison.Ordinal);
        Assert.Empty((await RunAsync("", "audit", "--until", "2001-01-01")).Output);
        Assert.Equal(3, (await RunAsync("", "audit", "--action", "scope.change", "--since", "2001-01-01T00:00:00Z")).Output.Count(c => c == '\n'));

        var verified = await RunAsync("", "audit", "--verify");
        Assert.Equal(0, verified.Exit);
        Assert.Contains("as it was written", verified.Output, StringComparison.Ordinal);
        await using (var node = await TestNode.StartAsync(database))
        {
            await node.Database.WriteAsync((c, t, _) => c.ExecuteAsync("DELETE FROM audit_entry WHERE seq = 2", transaction: t), CancellationToken.None);
        }

        var tampered = await RunAsync("", "audit", "--verify");
        Assert.Equal(1, tampered.Exit);
        Assert.Contains("entry 2: the entry is missing", tampered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutItsKeyFile_ACommandThatSigns_SaysWhatIsMissing()
    {
        await RunAsync(Scopes, "import", "-");
        var settings = new Dictionary<string, string?>(database.Settings) { ["DataProtection:KeyFile"] = database.Folder.File("absent") };
        var refused = await TestConsole.RunAsync(settings, "password of alice", "user", "add", "alice");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("DataProtection:KeyFile", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await TestConsole.RunAsync(settings, "", "export")).Exit);
    }

    private Task<ConsoleAnswer> RunAsync(string input, params string[] arguments) => TestConsole.RunAsync(database, input, arguments);

    private async Task<UserState> UserAsync(string name)
    {
        await using var node = await TestNode.StartAsync(database);
        var key = await node.Administration.FindKeyAsync(name, CancellationToken.None);
        var row = await node.States.ReadAsync(new StateKey(StateNames.User, key!.Value.ToString()), CancellationToken.None);
        return StateSerializer.Deserialize<UserState>(row!.Payload.Span);
    }
}

/// <summary>On SQLite.</summary>
public sealed class SqliteCommandTests() : CommandTests(new SqliteTestDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class PostgreSqlCommandTests() : CommandTests(new PostgreSqlTestDatabase());
