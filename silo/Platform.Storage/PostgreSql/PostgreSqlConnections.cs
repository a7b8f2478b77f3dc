using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.Storage.PostgreSql;

/// <summary>The connections to PostgreSQL, and what its failures mean.</summary>
internal sealed class PostgreSqlConnections : IAsyncDisposable
{
    // Five nodes stay below the 100 connections that a server has unless told otherwise. Npgsql's own default is 100 for each.
    private const int MaxPoolSize = 16;
    private const int NpgsqlMaxPoolSize = 100;

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _pool;
    private readonly NpgsqlDataSource _lasting;

    public PostgreSqlConnections(StorageOptions options, ILoggerFactory loggers)
    {
        var settings = Complete(options);
        _pool = Build(settings, loggers);

        // A lock is held for as long as its connection: one of its own, whose death is noticed while nothing runs on it.
        var lasting = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, KeepAlive = 5, MaxAutoPrepare = 0 };
        _lasting = Build(lasting, loggers);
    }

    /// <summary>Runs <paramref name="use"/> on a pooled connection. Failures come out as the exceptions of this project.</summary>
    public async ValueTask<T> UseAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _pool.OpenConnectionAsync(cancellationToken);
            return await use(connection, cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlErrors.Translate(exception) is { } translated)
        {
            if (translated is StorageUnavailableException)
            {
                // A server that went away took every connection with it: the next call opens a new one and need not meet each dead one.
                _pool.Clear();
            }

            throw translated;
        }
    }

    /// <summary>A connection outside the pool, for as long as the caller keeps it.</summary>
    public async ValueTask<NpgsqlConnection> OpenLastingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _lasting.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgreSqlErrors.Translate(exception) is { } translated)
        {
            throw translated;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _lasting.DisposeAsync();
    }

    private static NpgsqlConnectionStringBuilder Complete(StorageOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds),
            CancellationTimeout = 1000,
            ApplicationName = "platform",
            TcpKeepAlive = true,
            IncludeErrorDetail = false,
        };
        settings.Timeout = Math.Min(settings.Timeout, (int)s_connectTimeout.TotalSeconds);
        if (settings.MaxPoolSize == NpgsqlMaxPoolSize)
        {
            settings.MaxPoolSize = Math.Max(MaxPoolSize, settings.MinPoolSize);
        }

        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 64;
            settings.AutoPrepareMinUsages = 2;
        }

        // A node that is paused within a transaction would keep its locks from all others for as long as it sleeps.
        var milliseconds = (long)options.CommandTimeout.TotalMilliseconds;
        settings.Options = $"{settings.Options} -c idle_in_transaction_session_timeout={milliseconds} -c lock_timeout={milliseconds}".Trim();
        return settings;
    }

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, ILoggerFactory loggers)
    {
        // Several hosts: only the primary is believed (invariant 2), whatever the connection string says.
        var isMultiHost = settings.Host!.Contains(',', StringComparison.Ordinal);
        settings.TargetSessionAttributes = null;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UseLoggerFactory(loggers);
        return isMultiHost ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : builder.Build();
    }
}
