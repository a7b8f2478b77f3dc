using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.OpenTox;

/// <summary>
/// Makes rules of a configuration file. All of them allow, so that their union is what the file's own order, first match first, gives; where
/// none lets through, nothing does.
/// </summary>
internal sealed partial class OpenToxReader(OpenToxTerms terms)
{
    private const string RegexpType = "!ruby/regexp";
    private static readonly string[] Sections = ["server", "free_request", "authenticate_request", "authorize_request", "free_uris", "authorize_exceptions"];

    private readonly List<PolicyRule> _rules = [];
    private readonly List<ImportPlace> _places = [];
    private readonly SortedSet<string> _hosts = new(StringComparer.Ordinal);

    /// <summary>What is wrong.</summary>
    public List<ImportProblem> Problems { get; } = [];

    /// <summary>Where a rule stands; the whole file for none.</summary>
    public ImportPlace PlaceOf(int? rule) => rule is { } index && index < _places.Count ? _places[index] : new ImportPlace("", 1, 1);

    /// <summary>Reads the file.</summary>
    public PolicySet Read(RubyNode root)
    {
        var sections = FindSections(root);
        if (sections.FirstOrDefault(section => section.Name == "server") is { Value: { IsBlank: true } server } && !IsTakenAsDisabled(server))
        {
            return new PolicySet();
        }

        foreach (var (name, value) in sections.Where(section => !section.Value.IsBlank))
        {
            switch (name)
            {
                case "free_request":
                    AddRequests("free-request", value, PolicyAudience.Anyone);
                    break;
                case "authenticate_request":
                    AddRequests("authenticate-request", value, PolicyAudience.Authenticated);
                    break;
                case "authorize_request":
                    AddRequests("authorize-request", value, new PolicyAudience { Kind = AudienceKind.Documents });
                    break;
                case "free_uris":
                    AddUris("free-uris", value, PolicyAudience.Anyone);
                    break;
                case "authorize_exceptions":
                    AddUris("authorize-exceptions", value, PolicyAudience.Authenticated);
                    break;
            }
        }

        return new PolicySet { Hosts = [.. _hosts], Cleaning = UrlCleaning.OpenTox, Rules = [.. _rules] };
    }

    /// <summary>The sections, whether they stand in an <c>:authorization:</c> block beside other settings or are the whole file.</summary>
    private List<(string Name, RubyNode Value)> FindSections(RubyNode root)
    {
        if (root is not RubyMap map)
        {
            Report(root, "a map was expected, with keys such as ':free_uris'");
            return [];
        }

        var blocks = map.Members.Where(member => member.Key is RubyScalar { Symbol: "authorization" }).ToList();
        if (blocks.Count > 1)
        {
            Report(blocks[1].Key, "the key stands here twice");
            return [];
        }

        var block = blocks.FirstOrDefault().Value;
        if (block is not null and not RubyMap)
        {
            Report(block, "':authorization' is a map, with keys such as ':free_uris'");
            return [];
        }

        var sections = new List<(string, RubyNode)>();
        foreach (var (key, value) in ((RubyMap?)block ?? map).Members)
        {
            var name = (key as RubyScalar)?.Symbol ?? "";
            if (!Sections.Contains(name))
            {
                Report(key, $"the key is not known; the keys here are {string.Join(", ", Sections.Select(section => ":" + section))}");
            }
            else if (sections.Exists(section => section.Item1 == name))
            {
                Report(key, "the key stands here twice");
            }
            else
            {
                sections.Add((name, value));
            }
        }

        return sections;
    }

    /// <summary>Without a server OpenTox's filter lets everything through: a rule that says so, where the operator wants that.</summary>
    private bool IsTakenAsDisabled(RubyNode server)
    {
        if (!terms.TakeDisabled)
        {
            Report(server, "':server' is blank, which turns the filter off; with --accept-disabled everything is let through");
            return false;
        }

        Add(new PolicyRule { Id = "disabled", Effect = PolicyEffect.Allow, Path = PathPattern.Any, Who = [PolicyAudience.Anyone] }, server);
        return true;
    }

    private void AddRequests(string id, RubyNode value, PolicyAudience who)
    {
        if (ReadMethods(value) is { IsEmpty: false } methods)
        {
            Add(new PolicyRule { Id = id, Effect = PolicyEffect.Allow, Methods = methods, Path = PathPattern.Any, Who = [who] }, value);
        }
    }

    private void AddUris(string id, RubyNode value, PolicyAudience who)
    {
        if (value is not RubyMap map)
        {
            Report(value, "a map of lists of methods to lists of URIs was expected");
            return;
        }

        var group = 0;
        foreach (var (key, uris) in map.Members)
        {
            group++;
            var methods = ReadMethods(key);
            var number = 0;
            foreach (var uri in ItemsOf(uris))
            {
                number++;
                if (!methods.IsEmpty && ReadUri(uri) is { } path)
                {
                    Add(new PolicyRule { Id = FormattableString.Invariant($"{id}-{group}-{number}"), Effect = PolicyEffect.Allow, Methods = methods, Path = path, Who = [who] }, uri);
                }
            }
        }
    }

    private ImmutableArray<string> ReadMethods(RubyNode node)
    {
        var methods = ImmutableArray.CreateBuilder<string>();
        foreach (var item in ItemsOf(node))
        {
            if (item is RubyScalar { Type: "" or "!ruby/sym" or "!ruby/symbol", Symbol: var method } && Method().IsMatch(method))
            {
                methods.Add(method);
            }
            else
            {
                Report(item, "a method was expected, such as GET or :GET");
            }
        }

        return [.. methods.Distinct()];
    }

    private PathPattern? ReadUri(RubyNode node)
    {
        switch (node)
        {
            case RubyScalar { Type: RegexpType, Text: var literal }:
                if (!RubyRegexp.TryTranslate(WithHosts(literal), out var pattern, out var host, out var fault))
                {
                    Report(node, $"the regular expression cannot be taken: {fault}");
                    return null;
                }

                AddHost(host is null ? null : $"http://{host}/");
                return new PathPattern(PathPatternKind.UrlRegex, pattern);
            case RubyScalar { Type: "", Text: var text }:
                var uri = WithHosts(text);
                AddHost(uri);
                return new PathPattern(PathPatternKind.Url, uri);
            default:
                Report(node, "a URI or a regular expression was expected");
                return null;
        }
    }

    /// <summary>Puts real hosts in the place of the names that stand for them, in plain URIs and in regular expressions.</summary>
    private string WithHosts(string uri) => terms.Hosts.Count == 0 ? uri : Authority().Replace(
        uri, match => terms.Hosts.TryGetValue(match.Value, out var host) ? host.Replace(".", uri.StartsWith('/') ? @"\." : ".", StringComparison.Ordinal) : match.Value);

    private void AddHost(string? uri)
    {
        if (uri is not null && RequestUrl.TryNormalise(uri, out var url, out _))
        {
            _hosts.Add(url.Authority);
        }
    }

    private void Add(PolicyRule rule, RubyNode at)
    {
        _rules.Add(rule);
        _places.Add(new ImportPlace(rule.Id, at.Line, at.Column));
    }

    private void Report(RubyNode at, string message) => Problems.Add(new ImportProblem(new ImportPlace("", at.Line, at.Column), message));

    /// <summary>What a list holds, or the one thing that stands in its place; what is blank means nothing.</summary>
    private static IEnumerable<RubyNode> ItemsOf(RubyNode node) => (node is RubyList list ? list.Items : [node]).Where(item => !item.IsBlank);

    [GeneratedRegex("^[A-Z]{1,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex Method();

    /// <summary>The host of a URI, whose slashes have backslashes before them in a regular expression.</summary>
    [GeneratedRegex(@"(?<=:(?:\\?/){2})[A-Za-z0-9_-]+(?=[\\/:$]|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Authority();
}
