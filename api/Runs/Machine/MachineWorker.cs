using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// What a node does that starts containers, once it speaks for its machine: it takes runs from the queue as long as it has room, goes on with those that
/// a killed process left behind, and removes containers that belong to nothing.
/// </summary>
internal sealed partial class MachineWorker(
    MachineBeat beat,
    IContainerRuntime runtime,
    IRunQueue queue,
    IPlatformGrains grains,
    RunUpkeep upkeep,
    RunExecution execution,
    RunFolder folder,
    RunContainers containers,
    IOptions<MachineOptions> options,
    TimeProvider time,
    ILogger<MachineWorker> logger) : BackgroundService
{
    private static readonly TimeSpan TidyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Dictionary<RunId, Task> _running = [];
    private readonly ConcurrentDictionary<RunId, DateTimeOffset> _notBefore = new();
    private DateTimeOffset _tidyAt = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // The folder is let go after this.
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (beat.IsMine && beat.EngineAnswers)
                {
                    await LookAsync(stoppingToken);
                }
                else
                {
                    // Who comes back looks first at what is left over.
                    _tidyAt = DateTimeOffset.MinValue;
                }
            }
            catch (Exception failure) when (failure is StorageUnavailableException or ContainerEngineUnavailableException)
            {
                // The beat says so; another look is taken in a moment.
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogLookFailed(failure);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var ended in _running.Where(run => run.Value.IsCompleted).Select(run => run.Key).ToList())
        {
            _running.Remove(ended);
        }

        var now = time.GetUtcNow();
        if (now >= _tidyAt)
        {
            _tidyAt = now + TidyInterval;
            await TidyAsync(cancellationToken);
            await upkeep.LoseAsync(cancellationToken);
        }

        var own = await queue.ListOfMachineAsync(options.Value.Machine, cancellationToken);
        foreach (var run in own)
        {
            Begin(run, now, cancellationToken);
        }

        for (var taken = own.Count; taken < options.Value.Capacity && await queue.ClaimAsync(options.Value.Machine, cancellationToken) is { } run; taken++)
        {
            Begin(run.Id, now, cancellationToken);
        }
    }

    /// <summary>Removes containers and folders of runs that do not go on: what a killed process, or a lost machine that came back, left.</summary>
    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        // What is looked at first was there before the list of what goes on was read, so that nothing new is taken for a remnant.
        var present = await runtime.ListAsync(containers.Own, cancellationToken);
        var folders = folder.List();
        var own = (await queue.ListOfMachineAsync(options.Value.Machine, cancellationToken)).ToHashSet();
        foreach (var container in present)
        {
            if (RunContainers.RunOf(container) is { } run && !own.Contains(run) && !_running.ContainsKey(run) && await IsOverAsync(run))
            {
                await TryRemoveAsync(container.Name, cancellationToken);
            }
        }

        foreach (var run in folders.Where(run => !own.Contains(run) && !_running.ContainsKey(run)))
        {
            folder.Remove(run);
        }

        foreach (var run in _notBefore.Keys.Where(run => !own.Contains(run)))
        {
            _notBefore.TryRemove(run, out _);
        }
    }

    /// <summary>Whether a run needs its container no longer; that of another machine of this engine, or of this one by another name, may.</summary>
    private async Task<bool> IsOverAsync(RunId run) =>
        await grains.Run(run).FindAsync() is not { Machine: { } machine, Ending: null } || machine == options.Value.Machine;

    private async Task TryRemoveAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await runtime.RemoveAsync(container, cancellationToken);
            LogRemoved(container);
        }
        catch (ContainerEngineException failure)
        {
            // It must not keep the others; the next look tries again.
            LogNotRemoved(failure, container);
        }
    }

    private void Begin(RunId run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_running.ContainsKey(run) || (_notBefore.TryGetValue(run, out var notBefore) && now < notBefore))
        {
            return;
        }

        _notBefore.TryRemove(run, out _);
        LogBegun(run);
        _running[run] = RunAsync(run, cancellationToken);
    }

    private async Task RunAsync(RunId run, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await execution.RunAsync(run, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops; the container goes on, and the next process of this machine with it.
        }
        catch (Exception failure)
        {
            if (failure is not (ContainerEngineUnavailableException or StorageUnavailableException))
            {
                LogFailed(failure, run);
            }

            _notBefore[run] = time.GetUtcNow() + RetryAfter;
        }
    }
}
