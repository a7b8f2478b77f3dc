using System.Net;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies;

/// <summary>Policy sets by HTTP, with sessions.</summary>
[Collection(NodeCollection.Name)]
public sealed class PolicySetTests(SharedNode shared)
{
    private readonly string _service = $"s{Guid.NewGuid():N}";

    private ApiNode Node => shared.Node;

    private string Host => _service + ".example";

    [Fact]
    public async Task Put_Get_Replace_History_RollBack_Delete()
    {
        var admin = await Node.LogInAsync("admin");
        using var created = await Node.PutPolicyAsync(_service + "?comment=first", PolicyCalls.Yaml(Host), admin);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal($"/policies/{_service}", created.Headers.Location!.ToString());
        var first = created.Headers.ETag!;

        using var read = await GetAsync("", admin);
        Assert.Equal((HttpStatusCode.OK, first), (read.StatusCode, read.Headers.ETag));
        var set = await read.Content.ReadAsStringAsync();
        Assert.Equal(["public", "alice"], Json(set).GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()));
        using var unchanged = await GetAsync("", admin, $"If-None-Match: {first}");
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        // What is answered is taken again, and says the same.
        using var again = await Node.PutPolicyAsync(_service, set, admin, $"If-Match: {first}");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(set, await GetAsync("", admin).TextAsync());

        Assert.Equal("policy-set-changed", await Node.PutPolicyAsync(_service, set, admin, $"If-Match: {first}").CodeAsync(HttpStatusCode.PreconditionFailed));
        Assert.Equal("policy-set-changed", await Node.PutPolicyAsync(_service, set, admin, "If-None-Match: *").CodeAsync(HttpStatusCode.PreconditionFailed));
        await Node.StoreAsync(_service, $"hosts: [{Host}]\nrules: []", admin);

        using var rolledBack = await Node.SendAsync(HttpMethod.Post, $"/policies/{_service}/revisions/1/rollback?comment=oops", null, $"X-Session-Id: {admin}");
        Assert.Equal(HttpStatusCode.OK, rolledBack.StatusCode);
        Assert.Equal(set, await GetAsync("", admin).TextAsync());
        Assert.Equal("[]", Json(await GetAsync("/revisions/3", admin).TextAsync()).GetProperty("rules").GetRawText());
        var revisions = (await GetAsync("/revisions", admin).JsonAsync()).GetProperty("revisions").EnumerateArray().ToList();
        Assert.Equal([4, 3, 2, 1], revisions.Select(revision => revision.GetProperty("revision").GetInt32()));
        Assert.Equal("rolled back to revision 1: oops", revisions[0].GetProperty("comment").GetString());
        Assert.Equal("first", revisions[3].GetProperty("comment").GetString());
        Assert.StartsWith("local:", revisions[3].GetProperty("changedBy").GetString(), StringComparison.Ordinal);
        Assert.Contains(_service, await Node.GetAsync("/policies", $"X-Session-Id: {admin}").TextAsync(), StringComparison.Ordinal);

        using var deleted = await Node.SendAsync(HttpMethod.Delete, $"/policies/{_service}", null, $"X-Session-Id: {admin}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("no-such-policy-set", await GetAsync("", admin).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-policy-set", await Node.SendAsync(HttpMethod.Delete, $"/policies/{_service}", null, $"X-Session-Id: {admin}").CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal(5, (await GetAsync("/revisions", admin).JsonAsync()).GetProperty("revisions").GetArrayLength());
        Assert.Equal("no-such-policy-revision", await GetAsync("/revisions/5", admin).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-policy-revision", await GetAsync("/revisions/77", admin).CodeAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task AllThatIsWrong_IsSaidAtOnce_WithItsPlace()
    {
        var admin = await Node.LogInAsync("admin");
        var refused = await Node.PutPolicyAsync(_service, """
            hosts: [a.example]
            cacheFor: soon
            rules:
              - id: one
                effect: perhaps
                who: [anyone]
              - id: two
                effect: allow
                path: /a
                regex: ^/a
                who: anyone
              - id: three
                effect: allow
                regex: "("
                who: [{groups: [nobody-named-this]}]
              - id: four
                effect: deny
                who: [{roles: [{role: member}]}]
                colour: red
            """, admin).JsonAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("faulty-policy-set", refused.GetProperty("code").GetString());
        var faults = refused.GetProperty("faults").EnumerateArray()
            .Select(fault => (fault.GetProperty("line").GetInt32(), fault.GetProperty("column").GetInt32(), fault.GetProperty("path").GetString())).ToList();
        Assert.Equal(
            [(2, 11, "cacheFor"), (5, 13, "rules[0].effect"), (10, 12, "rules[1].regex"), (14, 12, "rules[2].regex"), (15, 10, "rules[2].who"), (18, 20, "rules[3].who[0].roles[0]"), (19, 5, "rules[3].colour")],
            faults);
        Assert.Equal("no-such-policy-set", await GetAsync("", admin).CodeAsync(HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("{\"rules\": [}", 422, "faulty-policy-set")]
    [InlineData("", 422, "faulty-policy-set")]
    [InlineData("- a\n- b", 422, "faulty-policy-set")]
    [InlineData("rules: &a [*a]", 422, "faulty-policy-set")]
    [InlineData("{\"rules\": [{\"id\": \"a\", \"effect\": \"allow\", \"who\": []}]}", 422, "faulty-policy-set")]
    public async Task WhatIsNoFile_IsRefused(string file, int status, string code)
    {
        var admin = await Node.LogInAsync("admin");
        Assert.Equal(code, await Node.PutPolicyAsync(_service, file, admin).CodeAsync((HttpStatusCode)status));
    }

    [Fact]
    public async Task OtherMediaTypes_Names_Numbers_AreRefused()
    {
        var admin = await Node.LogInAsync("admin");
        Assert.Equal("unsupported-media-type", await Node.PutAsync($"/policies/{_service}", "rules: []", $"X-Session-Id: {admin}", "Accept: application/json").CodeAsync(HttpStatusCode.UnsupportedMediaType));
        Assert.Equal("malformed-service", await Node.GetAsync("/policies/Upper", $"X-Session-Id: {admin}").CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("malformed-service", await Node.PutPolicyAsync("1st", "rules: []", admin).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("malformed-request", await Node.PutPolicyAsync(_service + "?check=maybe", "rules: []", admin).CodeAsync(HttpStatusCode.BadRequest));
        Assert.Equal("no-such-policy-revision", await GetAsync("/revisions/x", admin).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("cross-site", await Node.SendAsync(
            HttpMethod.Delete, $"/policies/{_service}", null, "Cookie: " + await Node.LogInWithPageAsync("admin"), "Sec-Fetch-Site: cross-site", "Accept: application/json").CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task ACheck_ChangesNothing()
    {
        var admin = await Node.LogInAsync("admin");
        var shadowed = "rules:\n- {id: a, effect: deny, who: anyone}\n- {id: b, effect: allow, path: /x, who: anyone}";
        var answer = await Node.PutPolicyAsync(_service + "?check=true", shadowed, admin).JsonAsync();
        Assert.Equal(JsonValueKind.Array, answer.GetProperty("warnings").ValueKind);
        Assert.Equal("faulty-policy-set", await Node.PutPolicyAsync(_service + "?check=true", "rules: 1", admin).CodeAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("no-such-policy-set", await GetAsync("", admin).CodeAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task AHost_BelongsToOneService()
    {
        var admin = await Node.LogInAsync("admin");
        await Node.StoreAsync(_service, PolicyCalls.Yaml(Host), admin);
        Assert.Equal("host-taken", await Node.PutPolicyAsync(_service + "x", PolicyCalls.Yaml(Host), admin).CodeAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task OthersLearnNothing_AndManagersOfTheScope_ChangeItsRulesAlone()
    {
        var admin = await Node.LogInAsync("admin");
        await Node.StoreAsync(_service, PolicyCalls.Yaml(Host, TestData.AquaMaps), admin);

        // alice manages AquaMaps, bob nothing; whoever manages nothing cannot tell a set from none.
        var (alice, bob) = (await Node.LogInAsync("alice"), await Node.LogInAsync("bob"));
        Assert.Equal("token-required", await Node.GetAsync($"/policies/{_service}", "Accept: application/json").CodeAsync(HttpStatusCode.Unauthorized));
        foreach (var service in new[] { _service, _service + "x" })
        {
            foreach (var part in new[] { "", "/revisions", "/revisions/1" })
            {
                Assert.Equal("not-a-policy-manager", await Node.GetAsync($"/policies/{service}{part}", $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.Forbidden));
            }

            Assert.Equal("not-a-policy-manager", await Node.PutPolicyAsync(service, PolicyCalls.Yaml(Host), bob).CodeAsync(HttpStatusCode.Forbidden));
            Assert.Equal("not-a-policy-manager", await Node.SendAsync(HttpMethod.Delete, $"/policies/{service}", null, $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.Forbidden));
            Assert.Equal("not-a-policy-manager", await Node.SendAsync(HttpMethod.Post, $"/policies/{service}/revisions/1/rollback", null, $"X-Session-Id: {bob}").CodeAsync(HttpStatusCode.Forbidden));
        }

        Assert.DoesNotContain(_service, await Node.GetAsync("/policies", $"X-Session-Id: {bob}").TextAsync(), StringComparison.Ordinal);
        Assert.Contains(_service, await Node.GetAsync("/policies", $"X-Session-Id: {alice}").TextAsync(), StringComparison.Ordinal);

        using var changed = await Node.PutPolicyAsync(_service, PolicyCalls.Yaml(Host, TestData.AquaMaps).Replace("/public", "/open", StringComparison.Ordinal), alice);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("policy-beyond-scope", await Node.PutPolicyAsync(_service, PolicyCalls.Yaml("other." + Host, TestData.AquaMaps), alice).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("policy-beyond-scope", await Node.PutPolicyAsync(_service, PolicyCalls.Yaml(Host), alice).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("policy-beyond-scope", await Node.PutPolicyAsync(_service, PolicyCalls.Yaml(Host, TestData.Farm), alice).CodeAsync(HttpStatusCode.Forbidden));
        Assert.Equal("policy-beyond-scope", await Node.SendAsync(HttpMethod.Delete, $"/policies/{_service}", null, $"X-Session-Id: {alice}").CodeAsync(HttpStatusCode.Forbidden));

        // A revision that had another scope is not rolled back to by those of this one.
        await Node.StoreAsync(_service, PolicyCalls.Yaml(Host), admin);
        await Node.StoreAsync(_service, PolicyCalls.Yaml(Host, TestData.AquaMaps), admin);
        Assert.Equal("policy-beyond-scope", await Node.SendAsync(HttpMethod.Post, $"/policies/{_service}/revisions/3/rollback", null, $"X-Session-Id: {alice}").CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task ThePlatformsOwnSet_TakesDenyRulesAlone()
    {
        var admin = await Node.LogInAsync("admin");
        Assert.Equal("faulty-policy-set", await Node.PutPolicyAsync(
            "platform", "rules: [{id: a, effect: allow, who: anyone}]", admin).CodeAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("faulty-policy-set", await Node.PutPolicyAsync(
            "platform", "{\"hosts\": [\"x.example\"], \"rules\": []}", admin).CodeAsync(HttpStatusCode.UnprocessableEntity));
        Assert.True((await Node.PutPolicyAsync(
            "platform?check=true", "rules: [{id: a, effect: deny, path: /resources/x, who: anyone}]", admin).JsonAsync()).TryGetProperty("warnings", out _));
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private Task<HttpResponseMessage> GetAsync(string part, string session, params string[] headers) =>
        Node.GetAsync($"/policies/{_service}{part}", [.. headers, $"X-Session-Id: {session}", "Accept: application/json"]);
}
