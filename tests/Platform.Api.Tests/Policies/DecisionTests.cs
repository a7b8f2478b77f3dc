using System.Net;
using System.Text.Json;
using Platform.Api.OAuth;
using Platform.Api.Tests.OAuth.Tokens;
using Platform.Api.Tests.Support;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.Policies;

/// <summary>Decisions about those who are not calling: explained, tried on another set, and by AuthZEN.</summary>
public sealed class DecisionTests(DecisionTests.Fixture given) : IClassFixture<DecisionTests.Fixture>
{
    private const string Host = "data.example";

    /// <summary>A node with a policy set at one host, and clients that may and may not ask for decisions.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal TokenNode Tokens { get; } = new();

        internal ApiNode Node => Tokens.Node;

        internal string Admin { get; private set; } = "";

        internal string Decider { get; private set; } = "";

        internal string Other { get; private set; } = "";

        public async Task InitializeAsync()
        {
            await Tokens.InitializeAsync();
            Admin = "X-Session-Id: " + await Node.LogInAsync("admin");
            var definition = new ClientDefinition
            {
                Name = "Decider",
                GrantTypes = [GrantTypes.ClientCredentials],
                OAuthScopes = [OAuthScopes.PoliciesDecide, OAuthScopes.Read],
                Authentication = ClientAuthentication.SecretBasic,
                Secrets = [TokenNode.Sha256(TokenNode.ServiceSecret)],
            };
            await Tokens.MakeAsync("decider", definition);
            Decider = "Authorization: Bearer " + await TokenAsync(OAuthScopes.PoliciesDecide);
            Other = "Authorization: Bearer " + await TokenAsync(OAuthScopes.Read);
            await Node.StoreAsync("data", $$$"""
                hosts: [{{{Host}}}]
                scope: {{{TestData.AquaMaps}}}
                rules:
                  - {id: nobody-deletes, effect: deny, methods: [DELETE], who: anyone}
                  - {id: public, effect: allow, methods: [GET], path: /public, who: anyone}
                  - {id: alice, effect: allow, template: /alice/**, who: [{users: [alice]}]}
                  - {id: managers, effect: allow, template: /maps/**, who: [{roles: [{role: VRE-Manager, scope: {{{TestData.AquaMaps}}}}]}]}
                  - {id: recent, effect: allow, path: /recent, who: authenticated, conditions: {maxSessionAge: "00:05:00"}}
                  - {id: intranet, effect: allow, path: /intranet, who: authenticated, conditions: {addresses: [192.0.2.0/24]}}
                  - {id: service, effect: allow, path: /service, who: [{clients: [decider]}]}
                """, Admin["X-Session-Id: ".Length..]);

            async Task<string> TokenAsync(string oauthScope) => (await Tokens.PostAsync(
                "/oauth/token", "decider", new() { ["grant_type"] = "client_credentials", ["scope"] = oauthScope }).JsonAsync()).GetProperty("access_token").GetString()!;
        }

        public async Task DisposeAsync() => await Tokens.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/public", "{}", "allow", "public")]
    [InlineData("POST", "/public", "{}", "deny", null)]
    [InlineData("GET", "/alice/x/y", "{\"user\": \"Alice\"}", "allow", "alice")]
    [InlineData("GET", "/alice/x/y", "{\"user\": \"bob\"}", "deny", null)]
    [InlineData("DELETE", "/alice/x", "{\"user\": \"alice\"}", "deny", "nobody-deletes")]
    [InlineData("GET", "/maps/1", "{\"user\": \"alice\"}", "allow", "managers")]
    [InlineData("GET", "/maps/1", "{\"user\": \"admin\"}", "deny", null)]
    [InlineData("GET", "/recent", "{\"user\": \"bob\"}", "deny", null)]
    [InlineData("GET", "/service", "{\"client\": \"decider\"}", "allow", "service")]
    [InlineData("GET", "/service", "{\"user\": \"bob\", \"client\": \"decider\"}", "allow", "service")]
    [InlineData("GET", "/service", "{\"user\": \"bob\"}", "deny", null)]
    [InlineData("GET", "/public", "{\"user\": \"nobody-of-this-name\"}", "deny", null)]
    [InlineData("GET", "/alice/%2e%2e/public", "{}", "deny", null)]
    public async Task Explain_SaysWhichRuleDecided(string method, string path, string subject, string decision, string? rule)
    {
        var answer = await ExplainAsync($$$"""{"method": "{{{method}}}", "url": "https://{{{Host}}}{{{path}}}", "subject": {{{subject}}}}""");
        Assert.Equal((decision, rule), (answer.GetProperty("decision").GetString(), answer.GetProperty("rule").GetString()));
        Assert.False(string.IsNullOrEmpty(answer.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Explain_SaysWhatWouldChangeIt()
    {
        var answer = await ExplainAsync($$$"""{"method": "GET", "url": "https://{{{Host}}}/maps/1", "subject": {"user": "bob"}}""");
        Assert.Contains("VRE-Manager", Assert.Single(answer.GetProperty("wouldAllow").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var match = Assert.Single(answer.GetProperty("matches").EnumerateArray());
        Assert.Equal(("managers", "role"), (match.GetProperty("rule").GetString(), match.GetProperty("unmet")[0].GetProperty("kind").GetString()));

        var denied = await ExplainAsync($$$"""{"method": "DELETE", "url": "https://{{{Host}}}/maps/1", "subject": {"user": "alice"}}""");
        Assert.Contains("nobody-deletes", denied.GetProperty("wouldAllow")[0].GetString(), StringComparison.Ordinal);

        var now = given.Node.Time.GetUtcNow();
        var fresh = await ExplainAsync($$$"""{"method": "GET", "url": "https://{{{Host}}}/recent", "subject": {"user": "bob", "authenticatedAt": "{{{now.AddMinutes(-4):yyyy-MM-ddTHH:mm:ssZ}}}"}}""");
        Assert.Equal("allow", fresh.GetProperty("decision").GetString());
        var near = await ExplainAsync($$$"""{"method": "GET", "url": "https://{{{Host}}}/intranet", "subject": {"user": "bob"}, "address": "192.0.2.9"}""");
        Assert.Equal("allow", near.GetProperty("decision").GetString());
        var far = await ExplainAsync($$$"""{"method": "GET", "url": "https://{{{Host}}}/intranet", "subject": {"user": "bob"}, "address": "198.51.100.9"}""");
        Assert.Equal("deny", far.GetProperty("decision").GetString());
    }

    [Fact]
    public async Task Explain_SaysAllThatIsWrongWithAQuestion()
    {
        var refused = await given.Node.PostJsonAsync("/policies/data/explain", """
            {"method": "G E T", "subject": {"user": 3, "strength": "x", "kind": 1},
             "address": "nowhere", "time": "later"}
            """, given.Admin).JsonAsync(HttpStatusCode.BadRequest);
        Assert.Equal("malformed-question", refused.GetProperty("code").GetString());
        Assert.Equal(
            ["", "address", "method", "subject.kind", "subject.user", "time"],
            refused.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("malformed-question", await given.Node.PostJsonAsync("/policies/data/explain", "{", given.Admin).CodeAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Explain_TakesNoLargeBodies_FromThoseWhoMayAskNothing()
    {
        var bob = "X-Session-Id: " + await given.Node.LogInAsync("bob");
        var large = $$$"""{"method": "GET", "url": "https://{{{Host}}}/{{{new string('a', 100_000)}}}"}""";
        Assert.Equal("body-too-large", await given.Node.PostJsonAsync("/policies/data/explain", large, bob).CodeAsync(HttpStatusCode.RequestEntityTooLarge));
    }

    [Fact]
    public async Task WhoMayAsk()
    {
        var question = $$$"""{"method": "GET", "url": "https://{{{Host}}}/public"}""";
        var (alice, bob) = (await given.Node.LogInAsync("alice"), await given.Node.LogInAsync("bob"));
        foreach (var allowed in new[] { given.Admin, given.Decider, "X-Session-Id: " + alice })
        {
            Assert.Equal("allow", (await given.Node.PostJsonAsync("/policies/data/explain", question, allowed).JsonAsync()).GetProperty("decision").GetString());
        }

        Assert.Equal("not-a-policy-manager", await given.Node.PostJsonAsync("/policies/data/explain", question, "X-Session-Id: " + bob).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("not-a-policy-manager", await given.Node.PostJsonAsync("/policies/none/explain", question, "X-Session-Id: " + alice).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("insufficient-oauth-scope", await given.Node.PostJsonAsync("/policies/data/explain", question, given.Other).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("token-required", await given.Node.PostJsonAsync("/policies/data/explain", question).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("no-set", (await given.Node.PostJsonAsync("/policies/none/explain", question, given.Admin).JsonAsync()).GetProperty("outcome").GetString());

        // Who decides does not change: reading and storing sets is for another OAuth scope, and for managers.
        Assert.Equal("insufficient-oauth-scope", await given.Node.GetAsync("/policies/data", given.Decider, "Accept: application/json").CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task AUserWhoIsDisabled_IsLetThroughNothing_AtOnce()
    {
        var users = (Api.Users.LocalUsers)given.Node.Services.GetService(typeof(Api.Users.LocalUsers))!;
        Assert.Null((await users.AddAsync("dora", "Dora", null, TestData.Password("dora"), admin: false, "test", CancellationToken.None)).Refusal);
        var question = $$$"""{"method": "GET", "url": "https://{{{Host}}}/public", "subject": {"user": "dora"}}""";
        Assert.Equal("allow", (await ExplainAsync(question)).GetProperty("decision").GetString());
        await users.DisableAsync("dora", "test", CancellationToken.None);
        Assert.Equal("no-subject", (await ExplainAsync(question)).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task DryRun_ListsWhatWouldChange_AndChangesNothing()
    {
        var answer = await given.Node.PostJsonAsync("/policies/data/dry-run", $$$"""
            {"set": {"hosts": ["{{{Host}}}"], "rules": [{"id": "all", "effect": "allow", "methods": ["GET"], "who": "authenticated"}]},
             "requests": [
               {"method": "GET", "url": "https://{{{Host}}}/public"},
               {"method": "GET", "url": "https://{{{Host}}}/alice/1", "subject": {"user": "alice"}},
               {"method": "GET", "url": "https://{{{Host}}}/alice/1", "subject": {"user": "bob"}},
               {"method": "DELETE", "url": "https://{{{Host}}}/x", "subject": {"user": "bob"}}]}
            """, given.Admin).JsonAsync();
        Assert.Equal(4, answer.GetProperty("asked").GetInt32());
        Assert.Equal(
            [(0, "allow", "public", "deny", null), (2, "deny", null, "allow", "all")],
            answer.GetProperty("changed").EnumerateArray().Select(change => (
                change.GetProperty("request").GetInt32(),
                change.GetProperty("before").GetProperty("decision").GetString(), change.GetProperty("before").GetProperty("rule").GetString(),
                change.GetProperty("after").GetProperty("decision").GetString(), change.GetProperty("after").GetProperty("rule").GetString())));
        Assert.Equal("allow", (await ExplainAsync($$$"""{"method": "GET", "url": "https://{{{Host}}}/public"}""")).GetProperty("decision").GetString());

        Assert.Equal("faulty-policy-set", await given.Node.PostJsonAsync(
            "/policies/data/dry-run", "{\"set\": {\"rules\": [{}]}, \"requests\": []}", given.Admin).CodeAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("malformed-question", await given.Node.PostJsonAsync("/policies/data/dry-run", "{\"set\": {}}", given.Admin).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("not-a-policy-manager", await given.Node.PostJsonAsync(
            "/policies/data/dry-run", "{}", "X-Session-Id: " + await given.Node.LogInAsync("bob")).CodeAsync(HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData("user", "alice", "GET", "/alice/1", true)]
    [InlineData("user", "bob", "GET", "/alice/1", false)]
    [InlineData("anonymous", "x", "GET", "/public", true)]
    [InlineData("client", "decider", "GET", "/service", true)]
    [InlineData("user", "alice", "DELETE", "/alice/1", false)]
    [InlineData("robot", "r2", "GET", "/public", false)]
    [InlineData("user", "alice", "can read", "/alice/1", false)]
    [InlineData("user", "alice", "GET", "/alice/../alice/1", false)]
    public async Task AuthZen_Evaluation(string type, string id, string action, string path, bool decision)
    {
        using var response = await given.Node.PostJsonAsync("/access/v1/evaluation", Evaluation(type, id, action, path), given.Decider, "X-Request-ID: request-7");
        Assert.Equal("request-7", Assert.Single(response.Headers.GetValues("X-Request-ID")));
        var answer = await Task.FromResult(response).JsonAsync();
        Assert.Equal(decision, answer.GetProperty("decision").GetBoolean());
        Assert.False(string.IsNullOrEmpty(answer.GetProperty("context").GetProperty("reason_admin").GetProperty("en").GetString()));

        // Those who are refused learn nothing of the rules.
        Assert.DoesNotContain("rule", answer.GetProperty("context").GetProperty("reason_user").GetProperty("en").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"subject\": {\"type\": \"user\", \"id\": \"alice\"}, \"action\": {\"name\": \"GET\"}}")]
    [InlineData("{\"subject\": {\"type\": \"user\"}, \"action\": {\"name\": \"GET\"}, \"resource\": {\"type\": \"url\", \"id\": \"https://data.example/\"}}")]
    [InlineData("{\"subject\": {\"type\": \"user\", \"id\": 7}, \"action\": {\"name\": \"GET\"}, \"resource\": {\"type\": \"url\", \"id\": \"https://data.example/\"}}")]
    [InlineData("{\"subject\": {\"type\": \"user\", \"id\": \"a\"}, \"action\": {\"name\": \"GET\"}, \"resource\": {\"type\": \"url\", \"id\": \"https://data.example/\"}, \"context\": {\"time\": \"noon\"}}")]
    [InlineData("{\"subject\": {\"type\": \"user\", \"id\": \"a\"}, \"action\": {\"name\": \"GET\"}, \"resource\": {\"type\": \"url\", \"id\": \"https://data.example/\", \"properties\": {\"service\": \"NO\"}}}")]
    public async Task AuthZen_WhatIsMalformed_Is400(string body)
    {
        Assert.Equal("malformed-question", await given.Node.PostJsonAsync("/access/v1/evaluation", body, given.Decider).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("malformed-question", await given.Node.PostJsonAsync("/access/v1/evaluations", body, given.Decider).CodeAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData(null, new[] { true, false, true, false })]
    [InlineData("execute_all", new[] { true, false, true, false })]
    [InlineData("deny_on_first_deny", new[] { true, false })]
    [InlineData("permit_on_first_permit", new[] { true })]
    public async Task AuthZen_Evaluations(string? semantic, bool[] decisions)
    {
        var options = semantic is null ? "" : $"\"options\": {{\"evaluations_semantic\": \"{semantic}\"}},";
        var answer = await given.Node.PostJsonAsync("/access/v1/evaluations", $$$"""
            {"subject": {"type": "user", "id": "alice"}, "action": {"name": "GET"}, {{{options}}}
             "evaluations": [
               {"resource": {"type": "url", "id": "https://{{{Host}}}/alice/1"}},
               {"resource": {"type": "url", "id": "https://{{{Host}}}/alice/1"}, "action": {"name": "DELETE"}},
               {"resource": {"type": "url", "id": "https://elsewhere.example/maps/1", "properties": {"service": "data"}} },
               {"action": {"name": "GET"}}]}
            """, given.Decider).JsonAsync();
        var evaluations = answer.GetProperty("evaluations").EnumerateArray().ToList();
        Assert.Equal(decisions, evaluations.Select(evaluation => evaluation.GetProperty("decision").GetBoolean()));
        if (evaluations.Count == 4)
        {
            Assert.Equal(400, evaluations[3].GetProperty("context").GetProperty("error").GetProperty("status").GetInt32());
        }
    }

    [Fact]
    public async Task AuthZen_OneWithoutEvaluations_OtherSemantics_Others()
    {
        var single = Evaluation("user", "alice", "GET", "/alice/1");
        Assert.True((await given.Node.PostJsonAsync("/access/v1/evaluations", single, given.Decider).JsonAsync()).GetProperty("decision").GetBoolean());
        var odd = single[..^1] + ", \"evaluations\": [{}], \"options\": {\"evaluations_semantic\": \"guess\"}}";
        Assert.Equal("malformed-question", await given.Node.PostJsonAsync("/access/v1/evaluations", odd, given.Decider).CodeAsync(HttpStatusCode.BadRequest));

        // A manager of the set's scope asks about it, and about no other service; who manages nothing asks about none.
        var (alice, bob) = ("X-Session-Id: " + await given.Node.LogInAsync("alice"), "X-Session-Id: " + await given.Node.LogInAsync("bob"));
        Assert.True((await given.Node.PostJsonAsync("/access/v1/evaluation", single, alice).JsonAsync()).GetProperty("decision").GetBoolean());
        Assert.Equal("not-a-policy-manager", await given.Node.PostJsonAsync("/access/v1/evaluation", single.Replace(Host, "none.example", StringComparison.Ordinal), alice).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("not-a-policy-manager", await given.Node.PostJsonAsync("/access/v1/evaluation", single, bob).CodeAsync(HttpStatusCode.Forbidden));

        var metadata = await given.Node.GetAsync("/.well-known/authzen-configuration").JsonAsync();
        Assert.Equal("http://127.0.0.1/access/v1/evaluation", metadata.GetProperty("access_evaluation_endpoint").GetString());
        Assert.Equal("http://127.0.0.1/access/v1/evaluations", metadata.GetProperty("access_evaluations_endpoint").GetString());
        Assert.Equal("http://127.0.0.1", metadata.GetProperty("policy_decision_point").GetString());
    }

    private static string Evaluation(string type, string id, string action, string path) =>
        $$$"""{"subject": {"type": "{{{type}}}", "id": "{{{id}}}"}, "action": {"name": "{{{action}}}"}, "resource": {"type": "url", "id": "https://{{{Host}}}{{{path}}}"}}""";

    private Task<JsonElement> ExplainAsync(string question) => given.Node.PostJsonAsync("/policies/data/explain", question, given.Admin).JsonAsync();
}
