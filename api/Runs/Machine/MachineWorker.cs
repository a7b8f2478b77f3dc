using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// What a node does that starts containers: it says that its machine is there, takes runs from the queue as long as it has room, goes on with those
/// that a killed process left behind, and removes containers that belong to nothing.
/// </summary>
internal sealed partial class MachineWorker(
    IContainerRuntime runtime,
    IRunQueue queue,
    RunMachines machines,
    RunUpkeep upkeep,
    RunExecution execution,
    RunFolder folder,
    RunContainers containers,
    NodeRegistry nodes,
    IHostApplicationLifetime lifetime,
    IOptions<MachineOptions> options,
    TimeProvider time,
    ILogger<MachineWorker> logger) : BackgroundService
{
    private static readonly TimeSpan TidyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Dictionary<RunId, Task> _running = [];
    private readonly ConcurrentDictionary<RunId, DateTimeOffset> _notBefore = new();
    private string? _holder;
    private string _engine = "";
    private bool _isMine;
    private bool _isNameTakenLogged;
    private bool _isEngineAwayLogged;
    private bool _isHeard = true;
    private DateTimeOffset _beatAt = DateTimeOffset.MinValue;
    private DateTimeOffset _tidyAt = DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_isMine)
        {
            _engine = "";
            await TryAsync(BeatAsync, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        do
        {
            await TryAsync(LookAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var ended in _running.Where(run => run.Value.IsCompleted).Select(run => run.Key).ToList())
        {
            _running.Remove(ended);
        }

        _holder ??= folder.TryHold();
        if (_holder is null)
        {
            NoteNameTaken();
            return;
        }

        var now = time.GetUtcNow();
        if (now >= _beatAt)
        {
            _beatAt = now + RunMachines.Interval;
            await FindEngineAsync(cancellationToken);
            await BeatAsync(cancellationToken);
        }

        if (!_isMine || _engine.Length == 0)
        {
            return;
        }

        if (now >= _tidyAt)
        {
            _tidyAt = now + TidyInterval;
            await TidyAsync(cancellationToken);
            await upkeep.LoseAsync(cancellationToken);
        }

        foreach (var run in await queue.ListOfMachineAsync(options.Value.Machine, cancellationToken))
        {
            Begin(run, now, cancellationToken);
        }

        while (_running.Count < options.Value.Capacity && await queue.ClaimAsync(options.Value.Machine, cancellationToken) is { } taken)
        {
            Begin(taken.Id, now, cancellationToken);
        }
    }

    private async Task FindEngineAsync(CancellationToken cancellationToken)
    {
        try
        {
            var engine = await runtime.DescribeAsync(cancellationToken);
            if (_engine.Length == 0)
            {
                LogReady(options.Value.Machine, engine);
                _tidyAt = DateTimeOffset.MinValue;
            }

            _isEngineAwayLogged = false;
            _engine = engine;
        }
        catch (Exception failure) when (failure is ContainerEngineUnavailableException or ContainerEngineException)
        {
            if (!_isEngineAwayLogged)
            {
                LogEngineAway(failure, options.Value.Runtime);
            }

            _isEngineAwayLogged = true;
            _engine = "";
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        _isMine = await machines.BeatAsync(
            new RunMachineWord(options.Value.Machine, _holder!, nodes.Self, _engine, _engine.Length > 0, options.Value.Capacity), cancellationToken);
        if (!_isMine)
        {
            NoteNameTaken();
        }
    }

    /// <summary>Removes containers and folders of runs that do not go on here: what a killed process, or a lost machine that came back, left.</summary>
    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        // What is looked at first was there before the list of what goes on was read, so that nothing new is taken for a remnant.
        var present = await runtime.ListAsync(containers.Own, cancellationToken);
        var folders = folder.List();
        var own = (await queue.ListOfMachineAsync(options.Value.Machine, cancellationToken)).ToHashSet();
        foreach (var container in present.Where(container => RunContainers.RunOf(container) is { } run && !own.Contains(run) && !_running.ContainsKey(run)))
        {
            await runtime.RemoveAsync(container.Name, cancellationToken);
            LogRemoved(container.Name);
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

    /// <summary>Does something that another try may do better.</summary>
    private async Task TryAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken);
            _isHeard = true;
        }
        catch (StorageUnavailableException failure)
        {
            if (_isHeard)
            {
                LogNotHeard(failure, options.Value.Machine);
            }

            _isHeard = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogLookFailed(failure);
        }
    }

    private void NoteNameTaken()
    {
        if (!_isNameTakenLogged)
        {
            LogNameTaken(options.Value.Machine);
            _isNameTakenLogged = true;
        }
    }
}
