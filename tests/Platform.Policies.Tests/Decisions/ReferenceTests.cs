using System.Text.RegularExpressions;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;
using static Platform.Policies.Tests.Sample;

namespace Platform.Policies.Tests.Decisions;

/// <summary>The index decides as a reader does who tries each rule in its turn.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Names = ["a", "b", "A", "model", "a.b", "é", "%2F"];
    private static readonly string[] Written = ["a", "b", "A", "model", "a.b", "%C3%A9", "x%2Fb", "%2561", "a;p", ""];
    private static readonly string[] Hosts = ["host", "other", "third:8080"];
    private static readonly string[] Methods = ["GET", "POST", "get"];
    private static readonly PolicyAudience[] Audiences =
        [PolicyAudience.Anyone, PolicyAudience.Authenticated, new() { Kind = AudienceKind.Anonymous }, Named(user: "alice"), Named(group: "staff"), Named(user: "bob")];

    private static readonly IPolicySubject[] Callers = [AnonymousSubject.Instance, new Caller(), new Caller("bob"), new Caller("eve") { Groups = ["staff"] }];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Decisions_AreThoseOfTheReference(int seed)
    {
        var random = new Random(seed);
        var outcomes = new HashSet<PolicyOutcome>();
        for (var round = 0; round < 120; round++)
        {
            var set = new PolicySet { CaseSensitive = random.Next(3) > 0, Rules = [.. Enumerable.Range(0, random.Next(1, 25)).Select(index => RandomRule(random, index))] };
            var valid = set with { Rules = [.. set.Rules.Where(rule => !PolicyValidation.FindProblems(set with { Rules = [rule] }).Any(problem => problem.Severity == ProblemSeverity.Error))] };
            var compiled = CompiledPolicySet.Compile(valid);
            for (var asked = 0; asked < 30; asked++)
            {
                var target = "/" + string.Join('/', Enumerable.Range(0, random.Next(5)).Select(_ => Written[random.Next(Written.Length)]));
                var request = Request(target, Callers[random.Next(Callers.Length)], Methods[random.Next(Methods.Length)], Hosts[random.Next(Hosts.Length)]);
                var expected = Reference(valid, request);
                var decision = compiled.Decide(request);
                var text = $"seed {seed}: {request.Method} {request.Url} in {PolicyJson.Write(valid)}";
                Assert.True(expected.Outcome == decision.Outcome, $"{decision.Outcome} instead of {expected.Outcome}, {text}");
                Assert.True(expected.Rule?.Id == decision.Rule?.Id, $"{decision.Rule?.Id} instead of {expected.Rule?.Id}, {text}");
                CheckExplanation(compiled.Explain(request), decision, text);
                outcomes.Add(decision.Outcome);
            }
        }

        Assert.Equal(Enum.GetValues<PolicyOutcome>().Length, outcomes.Count);
    }

    private static void CheckExplanation(PolicyExplanation explanation, PolicyDecision decision, string text)
    {
        Assert.Equal(decision, explanation.Decision);
        var applying = explanation.Matches.Where(match => match.Unmet.IsEmpty).ToList();
        Assert.True(decision.Outcome is PolicyOutcome.Allowed or PolicyOutcome.Denied == applying.Count > 0, text);
        if (applying.Count > 0)
        {
            Assert.True(ReferenceEquals(decision.Rule, applying[0].Rule), text);
            Assert.True(ReferenceEquals(decision.Rule, explanation.Matches[0].Rule), text);
        }

        if (decision.Outcome == PolicyOutcome.Encoding)
        {
            Assert.Contains(explanation.Matches, match => match.Rule == decision.Rule && match.Unmet.Any(unmet => unmet.Kind == UnmetKind.Encoding));
        }
    }

    private static PolicyRule RandomRule(Random random, int index)
    {
        string Name() => Names[random.Next(Names.Length)];
        string Segment() => random.Next(4) switch { 0 => "*", 1 => ":p" + random.Next(100), _ => Name() };
        string Join(Func<string> segment) => "/" + string.Join('/', Enumerable.Range(0, random.Next(4)).Select(_ => segment()));
        var path = random.Next(7) switch
        {
            0 => PathPattern.Any,
            1 => Exact(Join(Name)),
            2 => Template(Join(Segment)),
            3 => Template(Join(Segment).TrimEnd('/') + "/**"),
            4 => Regex($"^{Join(Name)}{new[] { "", "$", "/", "[a-z]+$", "?", "*/b", "|b$" }[random.Next(7)]}"),
            5 => Url($"http://{Hosts[random.Next(Hosts.Length)]}{Join(Name)}"),
            _ => UrlRegex($"http://(host|other){Join(Name)}"),
        };
        return new PolicyRule
        {
            Id = $"r{index}",
            Effect = random.Next(3) == 0 ? PolicyEffect.Deny : PolicyEffect.Allow,
            Path = path,
            Methods = random.Next(2) == 0 ? [] : [Methods[random.Next(2)]],
            Hosts = random.Next(3) > 0 ? [] : [Hosts[random.Next(Hosts.Length)]],
            Who = [Audiences[random.Next(Audiences.Length)]],
            Encoded = random.Next(3) > 0 ? EncodingAllowance.None : (EncodingAllowance)random.Next(1, 4),
        };
    }

    private static PolicyDecision Reference(PolicySet set, PolicyRequest request)
    {
        var ranked = set.Rules.Select((rule, index) => (rule, index)).OrderBy(entry => Rank(entry.rule)).ThenBy(entry => -Literals(entry.rule)).ThenBy(entry => entry.index).Select(entry => entry.rule).ToList();
        string[] readings = [request.Url.Path, .. request.Url.OtherReadings];
        foreach (var rule in ranked.Where(rule => rule.Effect == PolicyEffect.Deny))
        {
            if ((rule.Methods.IsEmpty || rule.Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase))
                && Includes(rule, request)
                && readings.Any(path => Matches(rule, request.Url, path, ignoreCase: true)))
            {
                return new PolicyDecision(PolicyOutcome.Denied, rule);
            }
        }

        var applying = ranked.Where(rule => rule.Effect == PolicyEffect.Allow
            && (rule.Methods.IsEmpty || rule.Methods.Contains(request.Method))
            && Includes(rule, request)
            && Matches(rule, request.Url, request.Url.Path, !set.CaseSensitive)).ToList();
        var lets = applying.FirstOrDefault(rule => (request.Url.Encoded & ~rule.Encoded) == 0);
        return lets is not null ? new PolicyDecision(PolicyOutcome.Allowed, lets)
            : applying.Count > 0 ? new PolicyDecision(PolicyOutcome.Encoding, applying[0])
            : new PolicyDecision(PolicyOutcome.NoRule, null);
    }

    private static bool Includes(PolicyRule rule, PolicyRequest request) =>
        (rule.Hosts.IsEmpty || rule.Hosts.Contains(request.Url.Authority))
        && rule.Who.Any(who => who.Kind switch
        {
            AudienceKind.Anyone => true,
            AudienceKind.Anonymous => !request.Subject.IsAuthenticated,
            AudienceKind.Authenticated => request.Subject.IsAuthenticated,
            _ => request.Subject.IsAuthenticated && (who.Users.Any(request.Subject.IsUser) || who.Groups.Any(request.Subject.IsInGroup)),
        });

    private static bool Matches(PolicyRule rule, RequestUrl url, string path, bool ignoreCase)
    {
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        var text = rule.Path.Text;
        return rule.Path.Kind switch
        {
            PathPatternKind.Any => true,
            PathPatternKind.Exact => string.Equals(Trimmed(text), path, comparison),
            PathPatternKind.Template => MatchesTemplate(Segments(text), Segments(path), comparison),
            PathPatternKind.Regex => System.Text.RegularExpressions.Regex.IsMatch(path, text, options),
            PathPatternKind.Url => string.Equals(Trimmed(text), $"http://{url.Authority}{path}".TrimEnd('/'), comparison) && url.Scheme == "http",
            _ => System.Text.RegularExpressions.Regex.IsMatch($"http://{url.Authority}{path}", text, options),
        };
    }

    private static bool MatchesTemplate(ReadOnlySpan<string> template, ReadOnlySpan<string> path, StringComparison comparison) =>
        template is ["**"]
        || (template is [] ? path is [] : path is not [] && (template[0][0] is '*' or ':' || string.Equals(template[0], path[0], comparison)) && MatchesTemplate(template[1..], path[1..], comparison));

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string Trimmed(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private static int Literals(PolicyRule rule) => rule.Path.Kind == PathPatternKind.Template ? Segments(rule.Path.Text).Count(segment => segment[0] is not ('*' or ':')) : 0;

    private static int Rank(PolicyRule rule) => rule.Path.Kind switch
    {
        PathPatternKind.Exact or PathPatternKind.Url => 0,
        PathPatternKind.Template => rule.Path.Text.EndsWith("/**", StringComparison.Ordinal) ? 2 : 1,
        PathPatternKind.Any => 4,
        _ => 3,
    };
}
