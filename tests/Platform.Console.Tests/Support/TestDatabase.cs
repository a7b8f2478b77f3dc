using Platform.Storage.DataProtection;
using Platform.Testing;

namespace Platform.Console.Tests.Support;

/// <summary>A database of the test's own, and the key file that goes with it.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    public TemporaryFolder Folder { get; } = new();

    public string KeyFile => Folder.File("key");

    public abstract Task<string[]> ConnectAsync();

    /// <summary>The settings that lead to it.</summary>
    public Dictionary<string, string?> Settings { get; private set; } = [];

    public virtual async Task InitializeAsync()
    {
        KeyEncryptionKeyFile.CreateIfMissing(KeyFile);
        var connection = await ConnectAsync();
        Settings = new Dictionary<string, string?> { [connection[0]] = connection[1], ["DataProtection:KeyFile"] = KeyFile };
    }

    public virtual Task DisposeAsync()
    {
        Folder.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>A SQLite file.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    public override Task<string[]> ConnectAsync() => Task.FromResult<string[]>(["Storage:Path", Folder.File("platform.db")]);
}

/// <summary>A database on the run's PostgreSQL server.</summary>
public sealed class PostgreSqlTestDatabase : TestDatabase
{
    public override async Task<string[]> ConnectAsync() =>
        ["Storage:ConnectionString", await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()];
}
