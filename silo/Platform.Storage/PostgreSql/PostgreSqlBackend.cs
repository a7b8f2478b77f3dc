using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Storage.PostgreSql;

/// <summary>Storage in a PostgreSQL database that several nodes share.</summary>
internal sealed class PostgreSqlBackend : IStorageBackend
{
    private readonly PostgreSqlConnections _connections;

    public PostgreSqlBackend(IOptions<StorageOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _connections = new PostgreSqlConnections(options.Value, loggers);
        States = new PostgreSqlStateStore(_connections);
        Activity = new PostgreSqlActivityStore(_connections);
        Database = new PostgreSqlDatabase(_connections, time);
    }

    public IStateStore States { get; }

    public IActivityStore Activity { get; }

    public IDatabase Database { get; }

    public void Announce(string? controlSocket)
    {
        // Commands on a shared database run beside the nodes.
    }

    public async Task StartAsync(CancellationToken cancellationToken) =>
        await _connections.UseAsync(PostgreSqlSchema.MigrateAsync, cancellationToken);

    public ValueTask DisposeAsync() => _connections.DisposeAsync();
}
