using System.Collections.Concurrent;
using Platform.Engine.Discovery;
using Platform.Engine.Hosting;

namespace Platform.Engine.Activations;

/// <summary>The activations in memory: one at most under each key of each class.</summary>
internal sealed class ActivationDirectory(EmbeddedEngine engine)
{
    private readonly ConcurrentDictionary<GrainClass, ConcurrentDictionary<string, Activation>> _classes = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Activation> All => _classes.Values.SelectMany(activations => activations.Values);

    /// <summary>Hands a call to the activation under the key; makes one where there is none.</summary>
    public Activation Deliver(GrainCall call, GrainClass grainClass, string key)
    {
        var activations = _classes.GetOrAdd(grainClass, static _ => new ConcurrentDictionary<string, Activation>(StringComparer.Ordinal));
        while (true)
        {
            if (!activations.TryGetValue(key, out var activation))
            {
                activation = new Activation(engine, grainClass, key);
                if (!activations.TryAdd(key, activation))
                {
                    continue;
                }

                if (Interlocked.Increment(ref _count) > engine.Options.MaxActivations)
                {
                    engine.Collector.Shed();
                }
            }

            if (activation.TryAccept(call))
            {
                return activation;
            }
        }
    }

    /// <summary>Takes out an activation that has left memory, or puts its successor in its place.</summary>
    public void Replace(Activation gone, Activation? successor)
    {
        var activations = _classes[gone.Class];
        if (successor is null)
        {
            activations.TryRemove(KeyValuePair.Create(gone.Key, gone));
            Interlocked.Decrement(ref _count);
        }
        else
        {
            activations[gone.Key] = successor;
        }
    }
}
