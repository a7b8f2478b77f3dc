namespace Platform.Engine.Tests.Grains;

/// <summary>Turns that tests hold, to see what runs beside them.</summary>
[Alias("tests.ITurnGrain")]
public interface ITurnGrain : IGrainWithStringKey
{
    /// <summary>Counts up in steps that another turn would disturb.</summary>
    [Alias("CountAsync")]
    Task<int> CountAsync();

    /// <summary>Holds an ordinary turn until the gate opens.</summary>
    [Alias("HoldAsync")]
    Task HoldAsync(string gate);

    /// <summary>Holds a turn that changes nothing until the gate opens.</summary>
    [Alias("ReadHeldAsync"), ReadOnly]
    Task ReadHeldAsync(string gate);

    /// <summary>Answers beside any turn.</summary>
    [Alias("PeekAsync"), AlwaysInterleave]
    Task<string> PeekAsync();

    /// <summary>Records its name.</summary>
    [Alias("RecordAsync")]
    Task RecordAsync(string name);

    /// <summary>Whether the continuations of a turn ran where other turns could not: two continuations at once are an overlap.</summary>
    [Alias("FanOutAsync")]
    Task<bool> FanOutAsync(int branches);

    /// <summary>Waits until the gate opens or the caller gives up; says which in the probe.</summary>
    [Alias("WaitCancellablyAsync")]
    Task WaitCancellablyAsync(string gate, CancellationToken cancellationToken);
}

internal sealed class TurnGrain(Probe probe) : Grain, ITurnGrain
{
    private int _count;
    private int _inside;

    public async Task<int> CountAsync()
    {
        var before = _count;
        await Task.Yield();
        _count = before + 1;
        return _count;
    }

    public async Task HoldAsync(string gate)
    {
        probe.Record($"held {gate}");
        await probe.PassAsync(gate);
    }

    public async Task ReadHeldAsync(string gate)
    {
        probe.Record($"reading {gate}");
        await probe.PassAsync(gate);
    }

    public Task<string> PeekAsync() => Task.FromResult("here");

    public Task RecordAsync(string name)
    {
        probe.Record(name);
        return Task.CompletedTask;
    }

    public async Task<bool> FanOutAsync(int branches)
    {
        var overlapped = false;
        await Task.WhenAll(Enumerable.Range(0, branches).Select(_ => BranchAsync()));
        return overlapped;

        async Task BranchAsync()
        {
            for (var i = 0; i < 50; i++)
            {
                await Task.Yield();
                overlapped |= Interlocked.Increment(ref _inside) != 1;
                Interlocked.Decrement(ref _inside);
            }
        }
    }

    public async Task WaitCancellablyAsync(string gate, CancellationToken cancellationToken)
    {
        probe.Record($"waiting {gate}");
        try
        {
            await probe.PassAsync(gate).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            probe.Record($"cancelled {gate}");
            throw;
        }
    }
}
