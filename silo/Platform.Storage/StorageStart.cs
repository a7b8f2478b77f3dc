using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Platform.Storage;

/// <summary>
/// Makes the database ready before anything else starts. A database that does not answer yet is waited for, as one is that
/// starts together with its nodes.
/// </summary>
public sealed partial class StorageStart : IHostedLifecycleService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly IStorageBackend _backend;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StorageStart> _logger;
    private bool _ready;

    internal StorageStart(IStorageBackend backend, IOptions<StorageOptions> options, TimeProvider time, ILogger<StorageStart> logger)
    {
        _backend = backend;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>Makes the database ready, once. For programs that use the storage without running a host.</summary>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        if (_ready)
        {
            return;
        }

        var begun = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await _backend.StartAsync(cancellationToken);
                _ready = true;
                return;
            }
            catch (StorageUnavailableException exception) when (_time.GetElapsedTime(begun) < _options.StartTimeout)
            {
                LogWaiting(exception);
                await Task.Delay(s_pause, _time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Says to other processes on this machine where this one takes commands for a SQLite store, which they must not open beside it
    /// (<see cref="Sqlite.StoreOwnership.FindOwner"/>). Without effect on PostgreSQL.
    /// </summary>
    public void AnnounceControlSocket(string? path) => _backend.Announce(path);

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => EnsureReadyAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
