using System.Collections.Immutable;

namespace Platform.Engine.Tests.Grains;

/// <summary>Calls of every kind.</summary>
[Alias("tests.ICallGrain")]
public interface ICallGrain : IGrainWithStringKey
{
    [Alias("DoAsync")]
    Task DoAsync();

    [Alias("EchoAsync")]
    Task<int> EchoAsync(int number);

    [Alias("DoValueAsync")]
    ValueTask DoValueAsync();

    [Alias("EchoValueAsync")]
    ValueTask<string> EchoValueAsync(string text, CancellationToken cancellationToken);

    [Alias("KeyAsync")]
    Task<string> KeyAsync();

    /// <summary>Fails before its first await, or after it.</summary>
    [Alias("FailAsync")]
    Task FailAsync(string message, bool late);

    /// <summary>What the grain holds, handed out and then changed.</summary>
    [Alias("NumbersAsync")]
    Task<ImmutableArray<int>> NumbersAsync();

    [Alias("AddAsync")]
    Task AddAsync(int number);

    /// <summary>Calls the grain of another key.</summary>
    [Alias("AskAsync")]
    Task<string> AskAsync(string other);

    /// <summary>Calls a grain that calls back; nothing can answer.</summary>
    [Alias("AskInCircleAsync")]
    Task AskInCircleAsync(string other);
}

internal sealed class CallGrain : Grain, ICallGrain
{
    private ImmutableArray<int> _numbers = [];

    public Task DoAsync() => Task.CompletedTask;

    public async Task<int> EchoAsync(int number)
    {
        await Task.Yield();
        return number;
    }

    public ValueTask DoValueAsync() => ValueTask.CompletedTask;

    public async ValueTask<string> EchoValueAsync(string text, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return text;
    }

    public Task<string> KeyAsync() => Task.FromResult(this.GetPrimaryKeyString());

    public async Task FailAsync(string message, bool late)
    {
        if (late)
        {
            await Task.Yield();
        }

        throw new InvalidOperationException(message);
    }

    public Task<ImmutableArray<int>> NumbersAsync() => Task.FromResult(_numbers);

    public Task AddAsync(int number)
    {
        _numbers = _numbers.Add(number);
        return Task.CompletedTask;
    }

    public async Task<string> AskAsync(string other) => $"{this.GetPrimaryKeyString()}>{await GrainFactory.GetGrain<ICallGrain>(other).KeyAsync()}";

    public Task AskInCircleAsync(string other) => GrainFactory.GetGrain<ICallGrain>(other).AskAsync(this.GetPrimaryKeyString());
}

/// <summary>A grain whose calls a filter watches.</summary>
[Alias("tests.IFilteredGrain")]
public interface IFilteredGrain : IGrainWithStringKey
{
    [Alias("AllowedAsync")]
    Task<int> AllowedAsync();

    [Alias("ForbiddenAsync")]
    Task ForbiddenAsync();
}

internal sealed class FilteredGrain(Probe probe) : Grain, IFilteredGrain
{
    public async Task<int> AllowedAsync()
    {
        await Task.Yield();
        probe.Record("in AllowedAsync");
        return 42;
    }

    public Task ForbiddenAsync()
    {
        probe.Record("in ForbiddenAsync");
        return Task.CompletedTask;
    }
}

/// <summary>A grain that cannot be activated until the probe says so.</summary>
[Alias("tests.IFragileGrain")]
public interface IFragileGrain : IGrainWithStringKey
{
    [Alias("TouchAsync")]
    Task<string> TouchAsync();
}

internal sealed class FragileGrain(Probe probe) : Grain, IFragileGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        probe.Record($"activating {key}");
        return probe.CountOf($"repaired {key}") > 0 ? Task.CompletedTask : throw new InvalidOperationException("broken");
    }

    public Task<string> TouchAsync() => Task.FromResult("fine");
}
