using System.Collections.Immutable;
using System.DirectoryServices.Protocols;
using Platform.Grains.Scopes;

namespace Platform.Api.Users.Ldap;

/// <summary>Turns the groups of a user into memberships, by the rules of the configuration.</summary>
internal sealed class LdapGroups
{
    private readonly LdapGroupOptions _options;
    private readonly string _source;
    private readonly Dictionary<DistinguishedName, List<LdapGroupRule>> _byDn = [];
    private readonly Dictionary<string, List<LdapGroupRule>> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>With the rules of one directory.</summary>
    public LdapGroups(LdapGroupOptions options, string source)
    {
        _options = options;
        _source = source;
        foreach (var rule in options.Rules ?? [])
        {
            var group = rule.Group!;
            if (group.Contains('=', StringComparison.Ordinal) && DistinguishedName.TryParse(group, out var dn))
            {
                (_byDn.TryGetValue(dn, out var rules) ? rules : _byDn[dn] = []).Add(rule);
            }
            else
            {
                (_byName.TryGetValue(group, out var rules) ? rules : _byName[group] = []).Add(rule);
            }
        }
    }

    /// <summary>Whether the directory has a say in memberships.</summary>
    public bool GiveMemberships => _byDn.Count + _byName.Count > 0;

    /// <summary>The memberships that a user's groups give, ordered by scope.</summary>
    public ImmutableArray<Membership> Find(LdapConnection connection, SearchResultEntry user)
    {
        var groups = new List<string>();
        if (_options.MemberOfAttribute is { } attribute)
        {
            groups.AddRange(LdapEntries.ReadTexts(user, attribute));
        }

        if (_options.SearchBase is { } searchBase)
        {
            var filter = $"(&{_options.Filter}({_options.MemberAttribute}={LdapText.EscapeFilterValue(user.DistinguishedName)}))";
            var request = new SearchRequest(searchBase, filter, SearchScope.Subtree, "1.1");
            var answer = (SearchResponse)connection.SendRequest(request);
            groups.AddRange(answer.Entries.Cast<SearchResultEntry>().Select(entry => entry.DistinguishedName));
        }

        return Map(groups);
    }

    /// <summary>The memberships that groups with these DNs give, ordered by scope.</summary>
    internal ImmutableArray<Membership> Map(IEnumerable<string> groups)
    {
        var roles = new SortedDictionary<ScopePath, SortedSet<string>>();
        foreach (var text in groups)
        {
            if (!DistinguishedName.TryParse(text, out var group))
            {
                continue;
            }

            IEnumerable<LdapGroupRule> rules = _byDn.GetValueOrDefault(group, []);
            if (group.FirstType == "cn")
            {
                rules = rules.Concat(_byName.GetValueOrDefault(group.FirstValue, []));
            }

            foreach (var rule in rules)
            {
                if (ScopePath.TryParse(rule.Scope, out var scope))
                {
                    var held = roles.TryGetValue(scope, out var before) ? before : roles[scope] = new(StringComparer.Ordinal);
                    held.UnionWith((rule.Roles ?? []).Select(role => Roles.All[role]));
                }
            }
        }

        return [.. roles.Select(pair => new Membership(pair.Key, [.. pair.Value], Until: null, _source))];
    }
}
