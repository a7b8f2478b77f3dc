using System.Collections.Concurrent;
using Platform.Policies.Decisions;
using Platform.Policies.Rules;

namespace Platform.Grains.Policies.Check;

/// <summary>
/// The newest revision of each policy set, compiled once on this node: after a change of a large set all requests under way come here at the
/// same moment. Nothing here is believed without the version query that led to it.
/// </summary>
internal sealed class CompiledSets
{
    private readonly ConcurrentDictionary<ServiceName, Entry> _sets = new();

    /// <summary>The set of a row, ready to decide; null where the row says that it was removed.</summary>
    public PolicySetSnapshot? Compile(ServiceName service, PolicySetState state)
    {
        if (state.Document is null)
        {
            _sets.TryRemove(service, out _);
            return null;
        }

        var entry = _sets.AddOrUpdate(
            service,
            static (service, state) => new Entry(service, state),
            static (service, known, state) => known.Number == state.Number && known.Tag == state.Tag ? known : new Entry(service, state),
            state);
        return entry.Set;
    }

    private sealed class Entry(ServiceName service, PolicySetState state)
    {
        // A set that could not be compiled is said to be so each time: an exception is remembered as well.
        private readonly Lazy<PolicySetSnapshot> _set = new(() => Compile(service, state));

        public long Number { get; } = state.Number;

        public string Tag { get; } = state.Tag;

        public PolicySetSnapshot Set => _set.Value;

        private static PolicySetSnapshot Compile(ServiceName service, PolicySetState state)
        {
            try
            {
                return new PolicySetSnapshot(service, state.Number, state.Tag, CompiledPolicySet.Compile(PolicyJson.Read(state.Document!)));
            }
            catch (Exception failure) when (failure is FormatException or ArgumentException)
            {
                throw new PolicySetUnreadableException($"Revision {state.Number} of the policy set of '{service}' cannot be read.", failure);
            }
        }
    }
}
