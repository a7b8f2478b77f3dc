using System.Text;
using Dapper;
using Platform.Testing;

namespace Platform.Storage.Tests;

public sealed class SqliteStateStoreTests : StateStoreTests
{
    private readonly TemporaryFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    internal override Task<StoreHost> StartAsync() => StoreHost.StartAsync("Storage:Path", _folder.File("platform.db"));
}

public sealed class PostgreSqlStateStoreTests : StateStoreTests
{
    internal override async Task<StoreHost> StartAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return await StoreHost.StartAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
    }
}

public sealed class SqliteListIndexTests : ListIndexTests
{
    private readonly TemporaryFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    internal override Task<StoreHost> StartAsync() => StoreHost.StartAsync("Storage:Path", _folder.File("platform.db"));
}

public sealed class PostgreSqlListIndexTests : ListIndexTests
{
    [Fact]
    public async Task WhatTheStorageOfOrleansWrites_IsFollowed()
    {
        var row = new { GrainTypeString = "user", GrainIdExtensionString = "local:1", PayloadBinary = Encoding.UTF8.GetBytes("""{"UserName":"Alice \u0000"}"""), GrainStateVersion = (int?)null };
        var version = await RunAsync("WriteToStorageKey", row);
        Assert.Equal(["alice \ufffd"], await RowsAsync("select name from user_index"));
        version = await RunAsync("WriteToStorageKey", row with { PayloadBinary = Encoding.UTF8.GetBytes("""{"UserName":"Bob"}"""), GrainStateVersion = version });
        Assert.Equal(["bob"], await RowsAsync("select name from user_index"));
        await RunAsync("DeleteStorageKey", row with { GrainStateVersion = version });
        Assert.Empty(await RowsAsync("select name from user_index"));
    }

    private async Task<int> RunAsync(string query, object parameters) => await Host.Database.WriteAsync(
        async (connection, transaction, token) =>
        {
            var sql = await connection.ExecuteScalarAsync<string>("select QueryText from OrleansQuery where QueryKey = @query", new { query }, transaction);
            return await connection.ExecuteScalarAsync<int>(new CommandDefinition(sql!, parameters, transaction, cancellationToken: token));
        },
        default);

    internal override async Task<StoreHost> StartAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return await StoreHost.StartAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
    }
}
