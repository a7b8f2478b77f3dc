using Microsoft.Extensions.Options;
using Platform.Api.Runs.Containers;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// Says every few seconds that this machine is there and whether its container engine answers, whatever else the machine is at. One process speaks for a
/// machine: the one that holds its folder of tokens.
/// </summary>
internal sealed partial class MachineBeat(
    IContainerRuntime runtime,
    RunMachines machines,
    RunFolder folder,
    NodeRegistry nodes,
    IHostApplicationLifetime lifetime,
    IOptions<MachineOptions> options,
    TimeProvider time,
    ILogger<MachineBeat> logger) : BackgroundService
{
    private string? _holder;
    private string? _engine;
    private DateTimeOffset _answeredAt = DateTimeOffset.MinValue;
    private bool _isHeard = true;
    private bool _isNameTakenLogged;
    private bool _isEngineAwayLogged;

    /// <summary>Whether this process speaks for the machine.</summary>
    public bool IsMine { get; private set; }

    /// <summary>Whether the engine answered when it was last asked.</summary>
    public bool EngineAnswers => _engine is not null;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (IsMine)
        {
            // No run is asked for that would wait until the machine is missed.
            IsMine = false;
            _engine = null;
            await TryAsync(async token => await SayAsync(token), cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(RunMachines.Interval, time);
        do
        {
            await TryAsync(BeatAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        _holder ??= folder.TryHold();
        if (_holder is null)
        {
            NoteNameTaken();
            return;
        }

        _engine = await FindEngineAsync(cancellationToken);
        IsMine = await SayAsync(cancellationToken);
        if (!IsMine)
        {
            NoteNameTaken();
        }
    }

    private ValueTask<bool> SayAsync(CancellationToken cancellationToken) => machines.BeatAsync(
        new RunMachineWord(options.Value.Machine, folder.Holder, nodes.Self, _engine ?? "", _engine is not null, options.Value.Capacity), cancellationToken);

    private async Task<string?> FindEngineAsync(CancellationToken cancellationToken)
    {
        try
        {
            var engine = await runtime.DescribeAsync(cancellationToken);
            if (_engine is null)
            {
                LogReady(options.Value.Machine, engine);
            }

            _answeredAt = time.GetUtcNow();
            _isEngineAwayLogged = false;
            return engine;
        }
        catch (ContainerEngineUnavailableException slow) when (slow.IsSlow && time.GetUtcNow() < _answeredAt + RunMachines.MissingAfter)
        {
            // It is at work; who does not answer for longer is away.
            return _engine;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it says that is no answer: it is away.
            if (!_isEngineAwayLogged)
            {
                LogEngineAway(failure, options.Value.Runtime);
            }

            _isEngineAwayLogged = true;
            return null;
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken);
            _isHeard = true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (_isHeard || failure is not StorageUnavailableException)
            {
                LogNotHeard(failure, options.Value.Machine);
            }

            _isHeard = false;
        }
    }

    private void NoteNameTaken()
    {
        if (!_isNameTakenLogged)
        {
            LogNameTaken(options.Value.Machine, options.Value.TokenDirectory);
            _isNameTakenLogged = true;
        }
    }
}
