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
    internal override async Task<StoreHost> StartAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return await StoreHost.StartAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
    }
}
