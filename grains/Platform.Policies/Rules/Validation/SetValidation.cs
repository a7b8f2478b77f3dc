using Platform.Policies.Requests.Reading;

namespace Platform.Policies.Rules.Validation;

/// <summary>What is wrong with a set itself.</summary>
internal static class SetValidation
{
    private const int MaxHosts = 100;

    /// <summary>Finds it.</summary>
    public static void Check(PolicySet set, PolicyProblems problems)
    {
        CheckHosts(set.Hosts, null, problems);
        if (set.Hosts.Length > MaxHosts)
        {
            problems.Error(null, "hosts", $"a service has at most {MaxHosts} hosts");
        }

        if (set.Scope is { } scope && !RuleGrammar.IsScope(scope))
        {
            problems.Error(null, "scope", RuleGrammar.Scope);
        }

        if (set.CacheFor is { } cacheFor && (cacheFor <= TimeSpan.Zero || cacheFor > PolicyValidation.MaxCacheFor))
        {
            problems.Error(null, "cacheFor", $"proxies may keep a yes for at most {PolicyTerms.Write(PolicyValidation.MaxCacheFor)}, and for more than nothing");
        }

        if (set.Rules.Length > PolicyValidation.MaxRules)
        {
            problems.Error(null, "rules", $"a set has at most {PolicyValidation.MaxRules} rules");
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        var loose = 0;
        for (var index = 0; index < set.Rules.Length; index++)
        {
            var rule = set.Rules[index];
            if (!ids.Add(rule.Id))
            {
                problems.Error(index, "id", "another rule has this id");
            }

            if (RuleGrammar.IsLoose(rule.Path) && ++loose == PolicyValidation.MaxLooseRegexes + 1)
            {
                problems.Error(
                    index, RuleGrammar.MemberOf(rule.Path.Kind),
                    $"a set has at most {PolicyValidation.MaxLooseRegexes} regular expressions that do not begin with '^/' and a whole segment");
            }
        }
    }

    /// <summary>Finds what is wrong with hosts.</summary>
    public static void CheckHosts(IEnumerable<string> hosts, int? rule, PolicyProblems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var host in hosts)
        {
            if (!UrlAuthority.TryNormalise(host, null, out var normalised) || normalised != host)
            {
                problems.Error(rule, "hosts", "a host is a name or an address in lower case, with ':port' where that is not the default");
            }
            else if (!seen.Add(host))
            {
                problems.Error(rule, "hosts", "a host is named twice");
            }
        }
    }
}
