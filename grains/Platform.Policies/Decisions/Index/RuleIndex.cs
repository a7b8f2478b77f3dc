using System.Collections.Frozen;
using Platform.Policies.Requests;
using Platform.Policies.Requests.Reading;

namespace Platform.Policies.Decisions.Index;

/// <summary>Finds the rules that speak of a URL: first by its host, then by its path.</summary>
internal sealed class RuleIndex
{
    private readonly PathIndex? _everywhere;
    private readonly FrozenDictionary<string, PathIndex> _byHost;

    /// <summary>Builds the index.</summary>
    /// <param name="rules">The rules, those that decide first in front.</param>
    /// <param name="ignoreCase">Whether letter case does not matter.</param>
    public RuleIndex(IEnumerable<CompiledRule> rules, bool ignoreCase)
    {
        IgnoresCase = ignoreCase;
        var everywhere = new List<CompiledRule>();
        var byHost = new Dictionary<string, List<CompiledRule>>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (rule.Rule.Hosts.IsEmpty)
            {
                everywhere.Add(rule);
            }

            foreach (var host in rule.Rule.Hosts.Distinct())
            {
                var name = UrlAuthority.TryNormalise(host, null, out var normalised) ? normalised : host;
                byHost.TryAdd(name, []);
                byHost[name].Add(rule);
            }
        }

        _everywhere = everywhere.Count == 0 ? null : new PathIndex(everywhere);
        _byHost = byHost.ToFrozenDictionary(host => host.Key, host => new PathIndex(host.Value), StringComparer.Ordinal);
    }

    /// <summary>Whether it holds no rule.</summary>
    public bool IsEmpty => _everywhere is null && _byHost.Count == 0;

    /// <summary>Whether letter case does not matter.</summary>
    public bool IgnoresCase { get; }

    /// <summary>Offers the rules that speak of the URL.</summary>
    public void Find<T>(RequestUrl url, in UrlReading reading, ref T candidates)
        where T : ICandidates, allows ref struct
    {
        _everywhere?.Find(reading, ref candidates);
        if (_byHost.Count > 0 && _byHost.TryGetValue(url.Authority, out var here))
        {
            here.Find(reading, ref candidates);
        }
    }
}
