using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;
using static Platform.Policies.Tests.Sample;

namespace Platform.Policies.Tests.Decisions;

public sealed class DecisionTests
{
    [Fact]
    public void NoRule_IsDenied()
    {
        Assert.Equal(new PolicyDecision(PolicyOutcome.NoRule, null), Compile().Decide(Request("/model")));
        Assert.Equal(PolicyOutcome.NoRule, Compile(Allow("a", Exact("/model"))).Decide(Request("/models")).Outcome);
    }

    [Fact]
    public void Deny_Wins_WhateverTheOrder()
    {
        var allow = Allow("a", Exact("/model"));
        var deny = Deny("d", Template("/**"));
        foreach (var set in new[] { Compile(allow, deny), Compile(deny, allow) })
        {
            var decision = set.Decide(Request("/model"));
            Assert.Equal(PolicyOutcome.Denied, decision.Outcome);
            Assert.Equal("d", decision.Rule!.Id);
        }
    }

    [Fact]
    public void TheMostSpecificRule_IsNamed()
    {
        PolicyRule[] rules =
        [
            Allow("any", PathPattern.Any),
            Allow("regex", Regex("^/a/b/c$")),
            Allow("rest-1", Template("/a/**")),
            Allow("rest-2", Template("/a/b/**")),
            Allow("template-1", Template("/a/:x/:y")),
            Allow("template-2", Template("/a/*/c")),
            Allow("template-2-later", Template("/:x/b/c")),
            Allow("exact", Exact("/a/b/c")),
        ];
        string[] order = ["exact", "template-2", "template-2-later", "template-1", "rest-2", "rest-1", "regex", "any"];
        var left = rules.ToList();
        foreach (var expected in order)
        {
            var decision = Compile([.. left]).Decide(Request("/a/b/c"));
            Assert.Equal(expected, decision.Rule?.Id);
            left.RemoveAll(rule => rule.Id == expected);
        }
    }

    [Theory]
    [InlineData("/model", "/model", true)]
    [InlineData("/model/", "/model", true)]
    [InlineData("/model", "/model/1", false)]
    [InlineData("/model", "/Model", false)]
    [InlineData("/a b/é", "/a%20b/%C3%A9", true)]
    [InlineData("/a%20b", "/a%20b", true)]
    [InlineData("/%61", "/a", true)]
    [InlineData("/:x", "/a", false)]
    [InlineData("/*", "/*", true)]
    [InlineData("/", "/", true)]
    [InlineData("/", "//", true)]
    [InlineData("/", "/a", false)]
    public void Exact_IsThatPath(string path, string target, bool matches) =>
        Assert.Equal(matches, Compile(Allow("a", Exact(path))).Decide(Request(target)).IsAllowed);

    [Theory]
    [InlineData("/model/:id", "/model/1", true)]
    [InlineData("/model/:id", "/model", false)]
    [InlineData("/model/:id", "/model/1/x", false)]
    [InlineData("/model/*/x", "/model/1/x", true)]
    [InlineData("/model/**", "/model", true)]
    [InlineData("/model/**", "/model/1/2/3", true)]
    [InlineData("/model/**", "/models", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/*", "/", false)]
    [InlineData("/*/b/**", "/a/b", true)]
    [InlineData("/*/b/**", "/a/c", false)]
    [InlineData("/%3Ax", "/:x", true)]
    [InlineData("/%2A", "/*", true)]
    [InlineData("/%2A", "/a", false)]
    [InlineData("/model", "/model", true)]
    public void Template_IsMadeOfSegments(string template, string target, bool matches) =>
        Assert.Equal(matches, Compile(Allow("a", Template(template))).Decide(Request(target)).IsAllowed);

    [Theory]
    [InlineData("^/model/[0-9]+$", "/model/12", true)]
    [InlineData("^/model/[0-9]+$", "/model/x", false)]
    [InlineData("^/model/?$", "/model", true)]
    [InlineData("^/a/b*$", "/a", false)]
    [InlineData("^/a/?b*$", "/ab", true)]
    [InlineData("^/a/b|^/c", "/c", true)]
    [InlineData("^/a/(b|c)", "/a/c", true)]
    [InlineData("^/a/[|]", "/a/%7C", true)]
    [InlineData("^/a\\.b/c", "/a.b/c", true)]
    [InlineData("^/a\\.b/c", "/axb/c", false)]
    [InlineData("^/a/b/{0,1}c", "/a/bc", true)]
    [InlineData("^(?i)/A/b", "/a/b", true)]
    [InlineData("odel", "/model", true)]
    [InlineData("^//", "/a", false)]
    public void Regex_IsLookedForInThePath(string regex, string target, bool matches) =>
        Assert.Equal(matches, Compile(Allow("a", Regex(regex))).Decide(Request(target)).IsAllowed);

    [Theory]
    [InlineData("http://host/model", "host", "/model", true)]
    [InlineData("HTTP://HOST:80/model/", "host", "/model", true)]
    [InlineData("http://host/model", "other", "/model", false)]
    [InlineData("http://host:81/model", "host", "/model", false)]
    [InlineData("https://host/model", "host", "/model", false)]
    [InlineData("http://host", "host", "/", true)]
    public void Url_IsThatUrl(string pattern, string host, string target, bool matches) =>
        Assert.Equal(matches, Compile(Allow("a", Url(pattern))).Decide(Request(target, host: host)).IsAllowed);

    [Theory]
    [InlineData("http://host/algorithm", "/algorithm/x", true)]
    [InlineData("sign_(in|out)$", "/a/sign_in", true)]
    [InlineData("sign_(in|out)$", "/a/sign_in/x", false)]
    [InlineData("^/algorithm", "/algorithm", false)]
    public void UrlRegex_IsLookedForInTheUrl(string regex, string target, bool matches) =>
        Assert.Equal(matches, Compile(Allow("a", UrlRegex(regex))).Decide(Request(target)).IsAllowed);

    [Fact]
    public void Hosts_LimitARule()
    {
        var set = Compile(
            Allow("a", PathPattern.Any) with { Hosts = ["one", "two:8080"] },
            Allow("b", Exact("/b")));
        Assert.True(set.Decide(Request("/", host: "one")).IsAllowed);
        Assert.True(set.Decide(Request("/", host: "ONE.")).IsAllowed);
        Assert.True(set.Decide(Request("/", host: "two:8080")).IsAllowed);
        Assert.False(set.Decide(Request("/", host: "two")).IsAllowed);
        Assert.True(set.Decide(Request("/b", host: "two")).IsAllowed);
    }

    [Fact]
    public void Methods_OfAllowRules_AreExact_AndOfDenyRules_IgnoreCase()
    {
        var set = Compile(
            Allow("a", Exact("/a")) with { Methods = ["GET"] },
            Allow("b", Exact("/b")),
            Deny("d", Exact("/b")) with { Methods = ["DELETE"] });
        Assert.True(set.Decide(Request("/a", method: "GET")).IsAllowed);
        Assert.False(set.Decide(Request("/a", method: "get")).IsAllowed);
        Assert.False(set.Decide(Request("/a", method: "HEAD")).IsAllowed);
        Assert.True(set.Decide(Request("/b", method: "ANYTHING")).IsAllowed);
        Assert.False(set.Decide(Request("/b", method: "DELETE")).IsAllowed);
        Assert.False(set.Decide(Request("/b", method: "dElEtE")).IsAllowed);
    }

    [Fact]
    public void LetterCase_MattersWhereTheServiceSaysSo()
    {
        var rules = new[] { Allow("a", Template("/Model/:id")), Allow("u", Url("http://host/Url")), Allow("r", Regex("^/Reg/ex")) };
        var sensitive = Compile(rules);
        var insensitive = CompiledPolicySet.Compile(new PolicySet { CaseSensitive = false, Rules = [.. rules] });
        foreach (var target in new[] { "/model/1", "/MODEL/1", "/url", "/reg/EX" })
        {
            Assert.False(sensitive.Decide(Request(target)).IsAllowed);
            Assert.True(insensitive.Decide(Request(target)).IsAllowed);
        }
    }

    [Theory]
    [InlineData("/a%2Fb", EncodingAllowance.None, PolicyOutcome.Encoding)]
    [InlineData("/a%2Fb", EncodingAllowance.Double, PolicyOutcome.Encoding)]
    [InlineData("/a%2Fb", EncodingAllowance.Slash, PolicyOutcome.Allowed)]
    [InlineData("/a%252Fb", EncodingAllowance.None, PolicyOutcome.Encoding)]
    [InlineData("/a%252Fb", EncodingAllowance.Slash, PolicyOutcome.Encoding)]
    [InlineData("/a%252Fb", EncodingAllowance.Double, PolicyOutcome.Allowed)]
    [InlineData("/a%2F%2541", EncodingAllowance.Slash, PolicyOutcome.Encoding)]
    [InlineData("/a%2F%2541", EncodingAllowance.Slash | EncodingAllowance.Double, PolicyOutcome.Allowed)]
    public void Encoding_IsTakenByRulesThatSaySo(string target, EncodingAllowance encoded, PolicyOutcome expected) =>
        Assert.Equal(expected, Compile(Allow("a", Template("/:x")) with { Encoded = encoded }).Decide(Request(target)).Outcome);

    [Fact]
    public void EncodedSlash_StaysInItsSegment_AndPartsSegmentsForDenyRules()
    {
        var set = Compile(
            Allow("files", Template("/files/:name")) with { Encoded = EncodingAllowance.Slash },
            Deny("secret", Template("/files/secret/**")));
        Assert.True(set.Decide(Request("/files/a%2Fb")).IsAllowed);
        Assert.False(set.Decide(Request("/files/a/b")).IsAllowed);
        Assert.Equal("secret", set.Decide(Request("/files/secret%2Fb")).Rule!.Id);
        Assert.Equal("secret", set.Decide(Request("/files/%73ecret%2fb")).Rule!.Id);
    }

    [Fact]
    public void PathParameter_NamesTheScopeOfARole()
    {
        var set = Compile(Allow("a", Template("/vre/:vo/:vre/**"), Named(role: ("VRE-Manager", "/infra/:vo/:vre"))));
        var caller = new Caller { Roles = ["VRE-Manager@/infra/VO/One"] };
        Assert.True(set.Decide(Request("/vre/VO/One/members", caller)).IsAllowed);
        Assert.True(set.Decide(Request("/vre/VO/One", caller)).IsAllowed);
        Assert.False(set.Decide(Request("/vre/VO/Two/members", caller)).IsAllowed);
        Assert.False(set.Decide(Request("/vre/One/VO/members", caller)).IsAllowed);
    }

    [Fact]
    public void Audience_NeedsEverythingThatItNames()
    {
        var audience = new PolicyAudience
        {
            Kind = AudienceKind.Named,
            Users = ["alice", "bob"],
            Groups = ["/infra/VO"],
            Roles = [new RoleInScope("R", "/infra"), new RoleInScope("S", "/infra")],
            OAuthScopes = ["read", "write"],
            Clients = ["app"],
        };
        var set = Compile(Allow("a", PathPattern.Any, audience));
        var full = new { Client = "app", Groups = new[] { "/infra/VO" }, Roles = new[] { "S@/infra" }, OAuthScopes = new[] { "read", "write" } };
        Caller With(string name = "alice", string? client = "app", string[]? groups = null, string[]? roles = null, string[]? oauthScopes = null) => new(name)
        {
            Client = client,
            Groups = groups ?? full.Groups,
            Roles = roles ?? full.Roles,
            OAuthScopes = oauthScopes ?? full.OAuthScopes,
        };

        Assert.True(set.Decide(Request("/", With())).IsAllowed);
        foreach (var (lacking, kind) in new[]
        {
            (With(name: "eve"), UnmetKind.User), (With(client: null), UnmetKind.Client), (With(client: "other"), UnmetKind.Client),
            (With(groups: []), UnmetKind.Group), (With(roles: ["S@/other"]), UnmetKind.Role), (With(oauthScopes: ["read"]), UnmetKind.OAuthScope),
        })
        {
            Assert.False(set.Decide(Request("/", lacking)).IsAllowed);
            Assert.Equal(kind, Assert.Single(Assert.Single(set.Explain(Request("/", lacking)).Matches).Unmet).Kind);
        }
    }

    [Fact]
    public void ContextOfAToken_LimitsWhatLetsThrough_AndNotWhatKeepsOut()
    {
        var role = Named(role: ("R", "/infra/VO"));
        var group = Named(group: "/infra/VO");
        var here = new Caller { Context = "/infra/VO", Roles = ["R@/infra/VO"], Groups = ["/infra/VO"] };
        var elsewhere = new Caller { Context = "/infra/Other", Roles = ["R@/infra/VO"], Groups = ["/infra/VO"] };
        foreach (var audience in new[] { role, group })
        {
            Assert.True(Compile(Allow("a", PathPattern.Any, audience)).Decide(Request("/", here)).IsAllowed);
            Assert.False(Compile(Allow("a", PathPattern.Any, audience)).Decide(Request("/", elsewhere)).IsAllowed);
            Assert.Equal(PolicyOutcome.Denied, Compile(Allow("a", PathPattern.Any), Deny("d", PathPattern.Any, audience)).Decide(Request("/", elsewhere)).Outcome);
        }
    }

    [Fact]
    public void Audience_OfSeveral_IsAnyOfThem()
    {
        var set = Compile(Allow("a", PathPattern.Any, Named(user: "bob"), Named(group: "staff")));
        Assert.True(set.Decide(Request("/", new Caller("bob"))).IsAllowed);
        Assert.True(set.Decide(Request("/", new Caller { Groups = ["staff"] })).IsAllowed);
        Assert.False(set.Decide(Request("/", new Caller())).IsAllowed);
        Assert.False(set.Decide(Request("/")).IsAllowed);
    }

    [Fact]
    public void Audience_OfOneWord()
    {
        var anonymous = Compile(Allow("a", PathPattern.Any, new PolicyAudience { Kind = AudienceKind.Anonymous }));
        var authenticated = Compile(Allow("a", PathPattern.Any, PolicyAudience.Authenticated));
        Assert.True(anonymous.Decide(Request("/")).IsAllowed);
        Assert.False(anonymous.Decide(Request("/", new Caller())).IsAllowed);
        Assert.False(authenticated.Decide(Request("/")).IsAllowed);
        Assert.True(authenticated.Decide(Request("/", new Caller())).IsAllowed);
    }

    [Fact]
    public void Documents_AreAskedAboutTheCleanedUrl()
    {
        var set = CompiledPolicySet.Compile(new PolicySet
        {
            Cleaning = UrlCleaning.OpenTox,
            Rules = [Allow("p", PathPattern.Any, new PolicyAudience { Kind = AudienceKind.Documents })],
        });
        var documents = new OneDocument("http://host/model/3", "GET");
        Assert.True(set.Decide(Request("/model/3.rdf", new Caller(), documents: documents)).IsAllowed);
        Assert.True(set.Decide(Request("/model/3/predicted", new Caller(), method: "POST", documents: documents)).IsAllowed);
        Assert.False(set.Decide(Request("/model/3", new Caller(), method: "DELETE", documents: documents)).IsAllowed);
        Assert.False(set.Decide(Request("/model/4", new Caller(), documents: documents)).IsAllowed);
        Assert.False(set.Decide(Request("/model/3", documents: documents)).IsAllowed);
        Assert.False(set.Decide(Request("/model/3", new Caller())).IsAllowed);
    }

    [Fact]
    public void Cleaning_HidesNothingFromDenyRules()
    {
        var set = CompiledPolicySet.Compile(new PolicySet
        {
            Cleaning = UrlCleaning.OpenTox,
            Rules =
            [
                Allow("a", Exact("/model/3")) with { Methods = ["GET"] },
                Deny("below", Exact("/model/3/secret")),
                Deny("posts", Exact("/model/3")) with { Methods = ["POST"] },
            ],
        });
        Assert.True(set.Decide(Request("/model/3/x")).IsAllowed);
        Assert.Equal("below", set.Decide(Request("/model/3/secret")).Rule!.Id);
        Assert.Equal("posts", set.Decide(Request("/model/3", method: "POST")).Rule!.Id);
    }

    private sealed class OneDocument(string url, string method) : IPolicyDocuments
    {
        public DocumentVerdict Decide(string asked, string askedMethod, IPolicySubject subject) =>
            (asked, askedMethod) == (url, method) ? new DocumentVerdict(true, "one") : DocumentVerdict.None;
    }
}
