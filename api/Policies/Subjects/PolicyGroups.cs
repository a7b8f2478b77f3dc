using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Platform.Grains.Scopes;

namespace Platform.Api.Policies.Subjects;

/// <summary>The groups that policies may name: the operator's, each of which stands for a scope or for every user, and the scopes themselves.</summary>
internal sealed class PolicyGroups(IOptions<PolicyOptions> options)
{
    private readonly FrozenDictionary<string, ScopePath?> _named = options.Value.Groups.ToFrozenDictionary(
        group => group.Key,
        group => group.Value == PolicyOptions.Everyone ? (ScopePath?)null : new ScopePath(group.Value),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The operator's names, ordered.</summary>
    public IReadOnlyList<string> Names { get; } = [.. options.Value.Groups.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a group stands for.</summary>
    /// <param name="group">A scope's path, or a name of the operator's.</param>
    /// <param name="members">The scope whose members are meant; null: every user.</param>
    /// <returns>False where there is no such group.</returns>
    public bool TryFind(string group, out ScopePath? members)
    {
        if (ScopePath.TryParse(group, out var scope))
        {
            members = scope;
            return true;
        }

        return _named.TryGetValue(group, out members);
    }
}
