using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Grains.Cluster;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>Says every few seconds that this node is there, and when it stops and leaves.</summary>
internal sealed partial class NodeHeartbeat(
    NodeRegistry nodes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<NodeHeartbeat> logger) : BackgroundService
{
    private static readonly string Version =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private bool _isHeard = true;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(nodes.LeaveAsync, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(NodeRegistry.Interval, time);
        try
        {
            do
            {
                await TryAsync(token => BeatAsync(ready: true, token), serving.Token);
            }
            while (await timer.WaitForNextTickAsync(serving.Token));
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // The node stops. This service does so last, so that it is seen how long the others take.
            await TryAsync(token => BeatAsync(ready: false, token), stoppingToken);
        }
    }

    private Task BeatAsync(bool ready, CancellationToken cancellationToken) =>
        nodes.BeatAsync(PlatformEngine.Name, Version, _startedAt, ready, cancellationToken);

    private async Task TryAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write(cancellationToken);
            _isHeard = true;
        }
        catch (StorageUnavailableException failure)
        {
            // Others see that it is missing; nothing else rests on it.
            if (_isHeard)
            {
                LogNotHeard(failure);
            }

            _isHeard = false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The node could not say that it is there; it goes on trying.")]
    private partial void LogNotHeard(Exception failure);
}
