using System.Globalization;
using Platform.Testing;

namespace Platform.Storage.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task FiveNodes_ThatStartAtOnce_OnAnEmptyDatabase_AllWork()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var hosts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StoreHost.StartAsync("Storage:ConnectionString", database)));
        foreach (var (host, i) in hosts.Select((host, i) => (host, i)))
        {
            await host.States.WriteAsync(new StateKey("t", $"{i}"), 0, new byte[] { 1 }, default);
        }

        Assert.Equal(5, (await hosts[0].States.ListAsync("t", null, 10, default)).Count);
        Assert.Equal(1, await CountAsync(hosts[0], "select count(*) from schema_version"));
        await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task DatabaseNewerThanTheProgram_IsRefused_OnPostgreSql()
    {
        var server = await PostgresServer.SharedAsync();
        await RefusedAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
    }

    [Fact]
    public async Task DatabaseNewerThanTheProgram_IsRefused_OnSqlite()
    {
        using var folder = new TemporaryFolder();
        await RefusedAsync("Storage:Path", folder.File("platform.db"));
    }

    [Fact]
    public async Task Sqlite_FileIsItsOwnersAlone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("platform.db");
        await using var host = await StoreHost.StartAsync("Storage:Path", path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path + "-wal"));
    }

    [Fact]
    public async Task ServerThatWouldForget_IsRefused()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StoreHost.StartAsync("Storage:ConnectionString", database + ";Options=-c synchronous_commit=off"));
        Assert.Contains("synchronous_commit = off", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string setting, string value)
    {
        await using (var host = await StoreHost.StartAsync(setting, value))
        {
            await host.Database.WriteAsync(
                async (connection, transaction, token) =>
                {
                    await using var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    command.CommandText = "update schema_version set version = 9999";
                    return await command.ExecuteNonQueryAsync(token);
                },
                default);
        }

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StoreHost.StartAsync(setting, value));
        Assert.Contains("9999", refusal.Message, StringComparison.Ordinal);
    }

    private static ValueTask<int> CountAsync(StoreHost host, string sql) => host.Database.ReadAsync(
        async (connection, token) =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return Convert.ToInt32(await command.ExecuteScalarAsync(token), CultureInfo.InvariantCulture);
        },
        default);
}
