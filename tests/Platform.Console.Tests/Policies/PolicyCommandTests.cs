using Platform.Console.Tests.Support;

namespace Platform.Console.Tests.Policies;

/// <summary>The command <c>policy</c> on a database that no server has for itself; the same on both databases.</summary>
public abstract class PolicyCommandTests(TestDatabase database) : IAsyncLifetime
{
    private const string Rules = """
        hosts: [data.example]
        rules:
        - {id: all, effect: allow, who: anyone}
        """;

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Put_List_Show_History_RollBack()
    {
        Assert.Equal((0, ""), await OutputAsync("", "policy", "list"));
        Assert.Equal(1, (await RunAsync("", "policy", "show", "data")).Exit);
        Assert.Equal(1, (await RunAsync("", "policy", "history", "data")).Exit);

        Assert.Equal((0, "Stored: 1 rules for the service 'data', revision 1.\n"), await OutputAsync(Rules, "policy", "put", "data", "-", "--comment", "first"));
        Assert.Equal((0, "Stored: 0 rules for the service 'data', revision 2.\n"), await OutputAsync("{\"rules\": []}", "policy", "put", "data", "-"));
        Assert.Equal((0, "data\t\n"), await OutputAsync("", "policy", "list"));
        Assert.Equal((0, "Stored: 1 rules for the service 'data', revision 3.\n"), await OutputAsync("", "policy", "rollback", "data", "1", "--comment", "locked out"));
        Assert.Equal((0, "data\tdata.example\n"), await OutputAsync("", "policy", "list"));

        var (_, shown) = await OutputAsync("", "policy", "show", "data");
        Assert.Equal(shown, (await OutputAsync("", "policy", "show", "data", "--revision", "1")).Output);
        Assert.Contains("\"all\"", shown, StringComparison.Ordinal);

        // What is shown is taken again.
        Assert.Equal(0, (await RunAsync(shown, "policy", "check", "data", "-")).Exit);

        var lines = (await OutputAsync("", "policy", "history", "data")).Output.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')).ToList();
        Assert.Equal(["3", "2", "1"], lines.Select(line => line[0]));
        Assert.EndsWith("rolled back to revision 1: locked out", lines[0][^1], StringComparison.Ordinal);
        Assert.Equal("first", lines[2][^1]);
        Assert.StartsWith("console:", lines[0][2], StringComparison.Ordinal);

        var audit = (await OutputAsync("", "audit", "--action", "policy.change", "--json")).Output;
        Assert.Equal(3, audit.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("revision 3 replaced", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrong_IsPrintedWithItsPlace_AndChangesNothing()
    {
        foreach (var verb in new[] { "put", "check" })
        {
            var refused = await RunAsync("rules:\n- {id: a, effect: maybe, who: anyone}\n- {id: b, effect: allow, who: [{groups: [nobody]}]}\n", "policy", verb, "data", "-");
            Assert.Equal((1, ""), (refused.Exit, refused.Output));
            Assert.Contains("line 2, column 19, rules[0].effect: 'maybe' is none of", refused.Error, StringComparison.Ordinal);
            Assert.Contains("rules[1].who: 'nobody' is neither a scope's path nor a group", refused.Error, StringComparison.Ordinal);
            Assert.Contains("Nothing was changed: 2 problems.", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await RunAsync("", "policy", "show", "data")).Exit);
        Assert.Contains("is no service", (await RunAsync(Rules, "policy", "put", "Data", "-")).Error, StringComparison.Ordinal);
        Assert.Contains("no longer", (await RunAsync("", "policy", "rollback", "data", "7")).Error, StringComparison.Ordinal);
        Assert.Contains("takes deny rules alone", (await RunAsync("{\"rules\": [{\"id\": \"a\", \"effect\": \"allow\", \"who\": \"anyone\"}]}", "policy", "put", "platform", "-")).Error, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(Rules, "policy", "put", "data", "-")).Exit);
        var taken = await RunAsync(Rules, "policy", "put", "other", "-");
        Assert.Contains("'data.example' belongs to the service 'data'", taken.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("", "policy", "rollback", "data")).Exit);
    }

    private Task<ConsoleAnswer> RunAsync(string input, params string[] arguments) => TestConsole.RunAsync(database, input, arguments);

    private async Task<(int Exit, string Output)> OutputAsync(string input, params string[] arguments)
    {
        var answer = await RunAsync(input, arguments);
        Assert.True(answer.Exit == 0, answer.Error);
        return (answer.Exit, answer.Output.Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}

/// <summary>On SQLite.</summary>
public sealed class SqlitePolicyCommandTests() : PolicyCommandTests(new SqliteTestDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class PostgreSqlPolicyCommandTests() : PolicyCommandTests(new PostgreSqlTestDatabase());
