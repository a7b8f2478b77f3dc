using System.Collections.Concurrent;

namespace Platform.Engine.Tests.Grains;

/// <summary>What test grains tell tests, and where tests hold grains: one object that all nodes of a cluster share.</summary>
public sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _events = new();

    /// <summary>What happened, in its order.</summary>
    public IReadOnlyCollection<string> Events => _events;

    /// <summary>Records that something happened.</summary>
    public void Record(string what)
    {
        _events.Enqueue(what);
        _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
    }

    /// <summary>How often something happened.</summary>
    public int CountOf(string what) => _counts.GetValueOrDefault(what);

    /// <summary>Waits until a gate is opened.</summary>
    public Task PassAsync(string gate) => Gate(gate).Task;

    /// <summary>Opens a gate for good.</summary>
    public void Open(string gate) => Gate(gate).TrySetResult();

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>The storage provider that test grains name.</summary>
internal static class StoreName
{
    public const string Name = "store";
}
