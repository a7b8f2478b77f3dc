using Platform.Policies.Decisions;
using Platform.Policies.Rules;
using static Platform.Policies.Tests.Sample;

namespace Platform.Policies.Tests.Rules;

public sealed class PolicyValidationTests
{
    [Theory]
    [InlineData("hosts", """{"hosts":["Host"]}""")]
    [InlineData("hosts", """{"hosts":["h","h"]}""")]
    [InlineData("hosts", """{"hosts":["http://h"]}""")]
    [InlineData("hosts", """{"hosts":["u@h"]}""")]
    [InlineData("scope", """{"scope":"infra"}""")]
    [InlineData("scope", """{"scope":"/a/b/c/d"}""")]
    [InlineData("cacheFor", """{"cacheFor":"00:00:00"}""")]
    [InlineData("cacheFor", """{"cacheFor":"-00:00:01"}""")]
    [InlineData("cacheFor", """{"cacheFor":"01:00:01"}""")]
    public void Set_IsChecked(string member, string json) => Assert.Equal((null, member), Place(Assert.Single(Errors(json))));

    [Theory]
    [InlineData("id", """{"id":"a b","effect":"allow","who":["anyone"]}""")]
    [InlineData("id", """{"id":"","effect":"allow","who":["anyone"]}""")]
    [InlineData("methods", """{"id":"a","effect":"allow","methods":["get"],"who":["anyone"]}""")]
    [InlineData("methods", """{"id":"a","effect":"allow","methods":["GET POST"],"who":["anyone"]}""")]
    [InlineData("methods", """{"id":"a","effect":"allow","methods":["GET","GET"],"who":["anyone"]}""")]
    [InlineData("hosts", """{"id":"a","effect":"allow","hosts":["h/x"],"who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"model","who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"/a/../b","who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"/a?b","who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"/a;b","who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"/100%","who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"/a\\b","who":["anyone"]}""")]
    [InlineData("path", """{"id":"a","effect":"allow","path":"/a%2Fb","who":["anyone"]}""")]
    [InlineData("template", """{"id":"a","effect":"allow","template":"/**/a","who":["anyone"]}""")]
    [InlineData("template", """{"id":"a","effect":"allow","template":"/a*","who":["anyone"]}""")]
    [InlineData("template", """{"id":"a","effect":"allow","template":"/:","who":["anyone"]}""")]
    [InlineData("template", """{"id":"a","effect":"allow","template":"/:a/:a","who":["anyone"]}""")]
    [InlineData("regex", """{"id":"a","effect":"allow","regex":"","who":["anyone"]}""")]
    [InlineData("regex", """{"id":"a","effect":"allow","regex":"(","who":["anyone"]}""")]
    [InlineData("regex", """{"id":"a","effect":"allow","regex":"(a)\\1","who":["anyone"]}""")]
    [InlineData("regex", """{"id":"a","effect":"allow","regex":"(?=a)","who":["anyone"]}""")]
    [InlineData("url", """{"id":"a","effect":"allow","url":"/model","who":["anyone"]}""")]
    [InlineData("url", """{"id":"a","effect":"allow","url":"http://u@h/","who":["anyone"]}""")]
    [InlineData("urlRegex", """{"id":"a","effect":"allow","urlRegex":"[","who":["anyone"]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","who":[]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","who":[{}]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","who":[{"users":[" "]}]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","who":[{"oauthScopes":["a b"]}]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","who":[{"roles":[{"role":"R","scope":"infra"}]}]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","who":[{"roles":[{"role":"R","scope":"/infra/:vo"}]}]}""")]
    [InlineData("who", """{"id":"a","effect":"allow","template":"/:vre","who":[{"roles":[{"role":"R","scope":"/infra/:vo"}]}]}""")]
    [InlineData("who", """{"id":"a","effect":"deny","who":["policies"]}""")]
    [InlineData("conditions", """{"id":"a","effect":"allow","who":["anyone"],"conditions":{"from":"2026-01-01T00:00:00Z","until":"2026-01-01T00:00:00Z"}}""")]
    [InlineData("conditions", """{"id":"a","effect":"allow","who":["anyone"],"conditions":{"hours":{"from":"08:00","until":"09:00","timeZone":"Mars/Olympus"}}}""")]
    [InlineData("conditions", """{"id":"a","effect":"allow","who":["anyone"],"conditions":{"addresses":["10.0.0.0/33"]}}""")]
    [InlineData("conditions", """{"id":"a","effect":"allow","who":["anyone"],"conditions":{"addresses":["10"]}}""")]
    [InlineData("conditions", """{"id":"a","effect":"allow","who":["anyone"],"conditions":{"maxSessionAge":"00:00:00"}}""")]
    [InlineData("conditions", """{"id":"a","effect":"allow","who":["anyone"],"conditions":{"strengths":[""]}}""")]
    [InlineData("encoded", """{"id":"a","effect":"deny","who":["anyone"],"encoded":["slash"]}""")]
    public void Rule_IsChecked(string member, string rule) => Assert.Equal((0, member), Place(Assert.Single(Errors($$"""{"rules":[{{rule}}]}"""))));

    [Fact]
    public void Everything_IsReportedAtOnce()
    {
        var problems = Errors(
            """{"scope":"x","rules":[{"id":"a","effect":"allow","path":"x","who":[]},{"id":"a","effect":"allow","regex":"(","who":["anyone"]}]}""");
        Assert.Equal([(null, "scope"), (0, "path"), (0, "who"), (1, "id"), (1, "regex")], problems.Select(Place));
    }

    [Fact]
    public void Limits_AreKept()
    {
        var many = new PolicySet { Rules = [.. Enumerable.Range(0, PolicyValidation.MaxRules + 1).Select(index => Allow($"r{index}", Exact("/a" + index)))] };
        Assert.Equal((null, "rules"), Place(Assert.Single(PolicyValidation.FindProblems(many), problem => problem.Severity == ProblemSeverity.Error)));
        var loose = new PolicySet { Rules = [.. Enumerable.Range(0, PolicyValidation.MaxLooseRegexes + 1).Select(index => Allow($"r{index}", Regex("x" + index)))] };
        Assert.Equal((PolicyValidation.MaxLooseRegexes, "regex"), Place(Assert.Single(PolicyValidation.FindProblems(loose), problem => problem.Severity == ProblemSeverity.Error)));
        var anchored = new PolicySet { Rules = [.. Enumerable.Range(0, PolicyValidation.MaxLooseRegexes + 1).Select(index => Allow($"r{index}", Regex($"^/a{index}/b")))] };
        Assert.DoesNotContain(PolicyValidation.FindProblems(anchored), problem => problem.Severity == ProblemSeverity.Error);
        var longPath = new PolicySet { Rules = [Allow("a", Exact("/" + new string('a', PolicyValidation.MaxPatternLength)))] };
        Assert.Equal((0, "path"), Place(Assert.Single(PolicyValidation.FindProblems(longPath))));
    }

    [Fact]
    public void WhatHasErrors_IsNotCompiled()
    {
        Assert.Throws<ArgumentException>(() => Compile(Allow("a", Regex("("))));
        Assert.Throws<ArgumentException>(() => Compile(Allow("a", Exact("/..")) with { Conditions = new PolicyConditions() }));
        Assert.Throws<ArgumentException>(() => Compile(Allow("a", PathPattern.Any) with { Conditions = new PolicyConditions { Addresses = ["x"] } }));
        Assert.Throws<ArgumentException>(() => CompiledPolicySet.Compile(new PolicySet
        {
            Rules = [Allow("a", PathPattern.Any) with { Conditions = new PolicyConditions { Hours = new DailyWindow(default, default, "Mars/Olympus") } }],
        }));
    }

    [Theory]
    [InlineData("methods", """{"id":"a","effect":"deny","methods":["GET"],"who":["anyone"]}""")]
    [InlineData("conditions", """{"id":"a","effect":"deny","who":["anyone"],"conditions":{"maxSessionAge":"00:10:00"}}""")]
    public void WhatIsSeldomMeant_IsWarnedOf(string member, string rule)
    {
        var problem = Assert.Single(PolicyValidation.FindProblems(PolicyJson.Read($$"""{"rules":[{{rule}}]}""")));
        Assert.Equal((ProblemSeverity.Warning, member), (problem.Severity, problem.Member));
    }

    [Theory]
    [InlineData(1, """{"id":"a","effect":"allow","template":"/x/**","who":["anyone"]},{"id":"b","effect":"allow","path":"/x/y","who":["authenticated"]}""")]
    [InlineData(0, """{"id":"a","effect":"allow","path":"/x/y","who":["anyone"]},{"id":"b","effect":"deny","template":"/X/*","who":["anyone"]}""")]
    [InlineData(0, """{"id":"a","effect":"deny","path":"/x/y","who":["anonymous"]},{"id":"b","effect":"deny","who":["anyone"]}""")]
    [InlineData(1, """{"id":"a","effect":"allow","path":"/x","who":["anyone"]},{"id":"b","effect":"allow","path":"/x/","methods":["GET"],"who":["anyone"]}""")]
    [InlineData(1, """{"id":"a","effect":"allow","path":"/x","who":[{"users":["u"]}]},{"id":"b","effect":"allow","path":"/x","who":[{"users":["u"]}]}""")]
    public void ShadowedRules_AreWarnedOf(int shadowed, string rules) => Assert.Equal([(shadowed, "shadowed")], Warnings(rules));

    [Theory]
    [InlineData("""{"id":"a","effect":"allow","template":"/a/:x","who":["authenticated"]},{"id":"b","effect":"allow","template":"/:y/b","who":["anyone"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/a/*/**","who":["authenticated"]},{"id":"b","effect":"allow","template":"/*/b/**","who":["anonymous"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/:v/x","who":["anyone"]},{"id":"b","effect":"allow","template":"/w/:v","who":["anyone"],"methods":["GET"],"hosts":["h"]}""")]
    public void AmbiguousRules_AreWarnedOf(string rules) => Assert.Equal([(1, "ambiguous")], Warnings(rules));

    [Theory]
    [InlineData("""{"id":"a","effect":"allow","path":"/x","who":["authenticated"]},{"id":"b","effect":"allow","path":"/x","who":["anonymous"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/x/*","methods":["GET"],"who":["anyone"]},{"id":"b","effect":"allow","path":"/x/y","who":["anyone"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/x/*","hosts":["h"],"who":["anyone"]},{"id":"b","effect":"allow","path":"/x/y","who":["anyone"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/x/*","who":["anyone"],"conditions":{"days":["monday"]}},{"id":"b","effect":"allow","path":"/x/y","who":["anyone"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/x/*","who":["anyone"]},{"id":"b","effect":"allow","path":"/x/y","who":["anyone"],"encoded":["slash"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/x/**","who":["anyone"]},{"id":"b","effect":"deny","path":"/x/y","who":["anyone"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/:v/x","who":["anyone"]},{"id":"b","effect":"allow","template":"/:v/y","who":["anyone"]}""")]
    [InlineData("""{"id":"a","effect":"allow","template":"/:v/x","methods":["GET"],"who":["anyone"]},{"id":"b","effect":"allow","template":"/w/:v","methods":["POST"],"who":["anyone"]}""")]
    public void RulesThatStandBesideOneAnother_AreNotWarnedOf(string rules) => Assert.Empty(Warnings(rules));

    [Fact]
    public void Overlaps_AmongManyRules_AreFoundByLookUps()
    {
        var rules = Enumerable.Range(0, 5_000).SelectMany(index => new[] { Allow($"t{index}", Template($"/s{index}/*")), Allow($"p{index}", Exact($"/s{index}/x")) });
        var problems = PolicyValidation.FindProblems(new PolicySet { Rules = [.. rules] });
        Assert.Equal(100, problems.Count);
        Assert.All(problems, problem => Assert.StartsWith("shadowed: rule 't", problem.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<(int? Rule, string Kind)> Warnings(string rules) =>
        PolicyValidation.FindProblems(PolicyJson.Read($$"""{"rules":[{{rules}}]}""")).Select(problem => (problem.Rule, problem.Message.Split(':')[0]));

    private static (int?, string?) Place(PolicyProblem problem) => (problem.Rule, problem.Member);

    private static IEnumerable<PolicyProblem> Errors(string json) =>
        PolicyValidation.FindProblems(PolicyJson.Read(json)).Where(problem => problem.Severity == ProblemSeverity.Error);
}
