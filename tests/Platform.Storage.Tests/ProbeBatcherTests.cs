using System.Diagnostics;
using Npgsql;
using Platform.Testing;

namespace Platform.Storage.Tests;

public sealed class ProbeBatcherTests
{
    [Fact]
    public async Task ProbesAtOnce_ShareStatements_AndEachGetsItsOwnAnswers()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        var statements = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // The tests of other classes run beside this one, on databases of their own.
                if (activity.TagObjects.Any(tag => Equals(tag.Value, name)) && activity.TagObjects.Any(tag => tag.Value is string text && text.Contains("unnest", StringComparison.Ordinal)))
                {
                    Interlocked.Increment(ref statements);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await StoreHost.StartAsync("Storage:ConnectionString", database);
        var versions = new long[10];
        for (var i = 0; i < versions.Length; i++)
        {
            versions[i] = await host.States.WriteAsync(new StateKey("t", $"{i}"), 0, new[] { (byte)i }, default);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(i =>
            host.States.ProbeAsync(new StateProbe[] { new(new("t", $"{i % 10}"), 0), new(new("t", "none"), 0) }, default).AsTask()));
        foreach (var (answer, i) in answers.Select((answer, i) => (answer, i)))
        {
            Assert.Equal([versions[i % 10], 0], answer.Select(row => row.Version));
            Assert.Equal(i % 10, Assert.Single(answer[0].Payload.ToArray()));
        }

        Assert.InRange(statements, 1, 200);
    }

    [Fact]
    public async Task Probe_ThatIsGivenUp_LeavesTheOthersAlone()
    {
        var server = await PostgresServer.SharedAsync();
        await using var host = await StoreHost.StartAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
        using var given = new CancellationTokenSource();
        var probes = new StateProbe[] { new(new("t", "a"), 0) };
        var up = Enumerable.Range(0, 20).Select(_ => host.States.ProbeAsync(probes, given.Token).AsTask()).ToArray();
        var others = Enumerable.Range(0, 20).Select(_ => host.States.ProbeAsync(probes, default).AsTask()).ToArray();
        await given.CancelAsync();
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(0, Assert.Single(answer).Version));
        foreach (var call in up)
        {
            await Record.ExceptionAsync(() => call);
            Assert.False(call.IsFaulted);
        }
    }
}
