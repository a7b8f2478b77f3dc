using Platform.Grains.Policies;
using Platform.Grains.Policies.Check;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <summary>
/// What rows say at one instant: asked for by their versions in one statement on the primary database, decoded anew only where they
/// changed. Every check shares it, and with it the memory that decoded rows take.
/// </summary>
internal sealed class FactReader(IStateStore store, FactDecoder decoder, FactCache cache)
{
    /// <summary>What was read of a row before; null: nothing. It may be out of date.</summary>
    public Fact? Known(StateKey key) => cache.Find(key);

    /// <summary>What a row says, or said before: for what a row says once and for all, as where to look on.</summary>
    public async ValueTask<Fact> LocateAsync(StateKey key, CancellationToken cancellationToken) =>
        cache.Find(key) ?? (await ReadAsync([key], cancellationToken))[0].Fact;

    /// <summary>What these rows say at one instant after the call, in their order.</summary>
    public async ValueTask<FactNow[]> ReadAsync(StateKey[] keys, CancellationToken cancellationToken)
    {
        var known = new Fact?[keys.Length];
        var probes = new StateProbe[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            known[i] = cache.Find(keys[i]);
            probes[i] = new StateProbe(keys[i], known[i]?.Version ?? 0);
        }

        var answers = await store.ProbeAsync(probes, cancellationToken);
        var facts = new FactNow[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            facts[i] = new FactNow(Take(keys[i], known[i], answers[i]), answers[i].SeenAt);
        }

        return facts;
    }

    /// <summary>
    /// What these rows say at one instant after the call, in their order, and what the policies do at the same instant: the question is
    /// answered when this returns.
    /// </summary>
    public async ValueTask<FactNow[]> ReadAsync(StateKey[] keys, PolicyQuestion? question, CancellationToken cancellationToken)
    {
        while (true)
        {
            var policies = PolicyRows.Of(question, this);
            var facts = await ReadAsync(policies.Keys.Length == 0 ? keys : [.. keys, .. policies.Keys], cancellationToken);
            if (policies.TryAnswer(facts.AsSpan(keys.Length)))
            {
                return facts;
            }
        }
    }

    /// <summary>What is known of a row after a probe.</summary>
    public Fact Take(StateKey key, Fact? known, StateProbeAnswer answer)
    {
        if (known is not null && known.Version == answer.Version)
        {
            return known;
        }

        if (answer.Version == 0)
        {
            // Rows that there are not are many: who asks for them with names of their own must not drive out what is needed.
            cache.Forget(key);
            return FactDecoder.Absent(key);
        }

        var fact = new Fact(answer.Version, decoder.Decode(key, answer.Payload.Span), answer.Payload.Length);
        cache.Keep(key, fact);
        return fact;
    }

    /// <summary>Forgets a row that is gone.</summary>
    public void Forget(StateKey key) => cache.Forget(key);
}

/// <summary>What a row said at the instant of a query.</summary>
/// <param name="Fact">The row.</param>
/// <param name="SeenAt">Its last activity in milliseconds since 1970 (UTC); null without one.</param>
internal readonly record struct FactNow(Fact Fact, long? SeenAt)
{
    /// <summary>Whether there was a row.</summary>
    public bool Exists => Fact.Version != 0;

    /// <summary>What was decoded from it; what stands for an absent row otherwise.</summary>
    public object? Value => Fact.Value;
}
