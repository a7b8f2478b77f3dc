using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>Registers the sweeper's reminder once the node has started; every node does, and the cluster keeps one.</summary>
internal sealed partial class SweeperStart(
    IPlatformGrains grains, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SweeperStart> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        while (!await TryRegisterAsync())
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> TryRegisterAsync()
    {
        try
        {
            await grains.Sweeper().StartAsync();
            return true;
        }
        catch (Exception failure) when (failure is StorageUnavailableException or ConflictException)
        {
            // The node serves without the sweeper; nothing that is over is accepted, it only stays in the database longer.
            LogNotRegistered(failure);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The sweeper's reminder could not be registered yet.")]
    private partial void LogNotRegistered(Exception failure);
}
