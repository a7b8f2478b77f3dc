using Platform.Testing;

namespace Platform.Storage.Tests;

/// <summary>PostgreSQL goes away and comes back.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private static readonly StateKey Key = new("t", "key");

    [Fact]
    public async Task Restart_IsUnavailableMeanwhile_AndWorksAfterwards()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var host = await StoreHost.StartAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
        var version = await host.States.WriteAsync(Key, 0, new byte[] { 1 }, default);

        // Several connections, so that several are broken.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.States.ReadAsync(Key, default).AsTask()));
        await server.StopAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.States.ReadAsync(Key, default).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.States.ProbeAsync(new StateProbe[] { new(Key, version) }, default).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.States.WriteAsync(Key, version, new byte[] { 2 }, default).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Activity.EndAsync(Key, default).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Database.PingAsync(default).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Database.ExclusivelyAsync("n", _ => Task.CompletedTask, default).AsTask());

        await server.StartAsync();
        await Eventually.TrueAsync(() => AnswersAsync(host), s_deadline, "the store answers again");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.States.ProbeAsync(new StateProbe[] { new(Key, version) }, default).AsTask()));
        Assert.All(answers, answer => Assert.Equal(version, answer[0].Version));
        await host.States.WriteAsync(Key, version, new byte[] { 2 }, default);
    }

    [Fact]
    public async Task ConnectionsCutByTheServer_CostNoMoreThanWhatWasUnderWay()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var host = await StoreHost.StartAsync("Storage:ConnectionString", database);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.States.ReadAsync(Key, default).AsTask()));
        await server.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{new Npgsql.NpgsqlConnectionStringBuilder(database).Database}'");

        // One call may meet the broken connections; it clears them all away.
        await Eventually.TrueAsync(() => AnswersAsync(host), s_deadline, "the store answers again");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.States.ReadAsync(Key, default).AsTask()));
    }

    [Fact]
    public async Task Exclusively_WhoseConnectionBreaks_IsCancelled()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var host = await StoreHost.StartAsync("Storage:ConnectionString", database);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Database.ExclusivelyAsync(
            "name",
            async token =>
            {
                await server.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{new Npgsql.NpgsqlConnectionStringBuilder(database).Database}'");
                var lost = new TaskCompletionSource();
                await using var registration = token.Register(() => lost.TrySetResult());
                await lost.Task.WaitAsync(s_deadline, CancellationToken.None);
                token.ThrowIfCancellationRequested();
            },
            default).AsTask());
    }

    [Fact]
    public async Task Start_WaitsForADatabaseThatStartsToo()
    {
        await using var server = await PostgresServer.StartNewAsync();
        var database = await server.CreateDatabaseAsync();
        await server.StopAsync();
        var starting = StoreHost.StartAsync("Storage:ConnectionString", database);
        await server.StartAsync();
        await using var host = await starting;
        Assert.True(await AnswersAsync(host));
    }

    [Fact]
    public async Task Start_GivesUpAfterItsTime()
    {
        await Assert.ThrowsAsync<StorageUnavailableException>(() => StoreHost.StartAsync(
            "Storage:ConnectionString", $"Host=127.0.0.1;Port={FreePort.Next()};Username=x;Database=x", ("Storage:StartTimeout", "00:00:00")));
    }

    [Fact]
    public async Task Standby_IsNotBelieved()
    {
        await using var primary = await PostgresServer.StartNewAsync();
        var database = await primary.CreateDatabaseAsync();
        await using var host = await StoreHost.StartAsync("Storage:ConnectionString", database);
        var version = await host.States.WriteAsync(Key, 0, new byte[] { 1 }, default);
        await primary.BecomeStandbyAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await host.States.ProbeAsync(new StateProbe[] { new(Key, version) }, default);
                    return false;
                }
                catch (StorageUnavailableException exception)
                {
                    return exception.Message.Contains("standby", StringComparison.Ordinal);
                }
            },
            s_deadline,
            "the standby's answer is refused");
    }

    private static async Task<bool> AnswersAsync(StoreHost host)
    {
        try
        {
            await host.Database.PingAsync(default);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }
}
