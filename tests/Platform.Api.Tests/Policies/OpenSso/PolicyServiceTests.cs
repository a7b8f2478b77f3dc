using System.Net;
using System.Text;
using Platform.Api.Policies.OpenSso.Documents;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Policies.OpenSso;

/// <summary>The policy service, and what <c>authorize</c> makes of its documents where no policy set speaks of the host.</summary>
[Collection(OpenSsoCollection.Name)]
public sealed class PolicyServiceTests(OpenSsoNode openSso)
{
    private const string Invented = "0123456789ABCDEF0123456789ABCDEF";
    private readonly string _url = OpenSsoNode.Unique("http://pol.example/dataset/");

    private ApiNode Node => openSso.Node;

    [Fact]
    public async Task PoliciesForANewResource_FromCreationToRemoval()
    {
        var (alice, bob) = (await openSso.TokenAsync("alice"), await openSso.TokenAsync("bob"));
        var name = OpenSsoNode.Unique("policy");
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, _url));
        var (status, text) = await openSso.RegisterAsync(alice, PolicyXml.ForNewResource(name, "alice", _url));
        Assert.Equal((HttpStatusCode.OK, $"Registered: {name}_user, {name}_group\n"), (status, text));

        // The creator may do everything, everyone else may GET.
        foreach (var (token, action, expected) in new[]
        {
            (alice, (string?)null, "true"), (alice, "GET", "true"), (alice, "PUT", "true"), (alice, "DELETE", "true"), (alice, "PATCH", "false"),
            (bob, null, "true"), (bob, "GET", "true"), (bob, "PUT", "false"), (bob, "DELETE", "false"), (bob, "get", "false"),
        })
        {
            Assert.Equal($"boolean={expected}\n", await openSso.AuthorizeAsync(token, _url, action));
        }

        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(bob, _url + "/?x=1"));
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(bob, _url + "/2"));
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(bob, _url + "/../x"));

        Assert.Equal((HttpStatusCode.OK, "alice\n"), await openSso.PolAsync(HttpMethod.Get, bob, "uri: " + _url));
        Assert.Equal((HttpStatusCode.OK, $"alice\n{name}_user\n{name}_group\n"), await openSso.PolAsync(HttpMethod.Get, bob, "uri: " + _url, "polnames: false"));
        Assert.Equal((HttpStatusCode.OK, "null\n"), await openSso.PolAsync(HttpMethod.Get, bob, "uri: http://pol.example/nobodys"));
        Assert.Equal((HttpStatusCode.OK, "null\n"), await openSso.PolAsync(HttpMethod.Get, bob, "uri: nonsense"));
        var (_, names) = await openSso.PolAsync(HttpMethod.Get, alice);
        Assert.Contains($"{name}_group\n", names, StringComparison.Ordinal);
        Assert.DoesNotContain(name, (await openSso.PolAsync(HttpMethod.Get, bob)).Text, StringComparison.Ordinal);

        foreach (var policy in new[] { "_user", "_group" })
        {
            Assert.Equal(HttpStatusCode.OK, (await openSso.PolAsync(HttpMethod.Delete, alice, "id: " + name + policy)).Status);
        }

        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, _url));
        Assert.Equal((HttpStatusCode.OK, "null\n"), await openSso.PolAsync(HttpMethod.Get, bob, "uri: " + _url, "polnames: true"));

        // The URL is nobody's again.
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(bob, PolicyXml.ForNewResource(name, "bob", _url), "/pol")).Status);
    }

    [Fact]
    public async Task Documents_ComeBackAsTheyMeant()
    {
        var alice = await openSso.TokenAsync("alice");
        var name = OpenSsoNode.Unique("policy");
        var document = PolicyXml.Document(PolicyXml.Policy(name, _url, PolicyXml.Group("member", "exclusive") + PolicyXml.User("bob"), ("GET", "allow"), ("PUT", "deny")));
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, document)).Status);

        using var answer = await Node.SendAsync(HttpMethod.Get, "/pol", null, "subjectid: " + alice, "id: " + name);
        Assert.Equal("application/xml", answer.Content.Headers.ContentType!.MediaType);
        var returned = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(PolicyDocumentReader.TryRead(returned, out var again, out _));
        Assert.True(PolicyDocumentReader.TryRead(Encoding.UTF8.GetBytes(document), out var sent, out _));
        Assert.Equal(PolicyDocumentWriter.Write(sent.Single()), PolicyDocumentWriter.Write(again.Single()));
        Assert.Equal(Encoding.UTF8.GetString(returned), PolicyDocumentWriter.Write(again.Single()));
        Assert.Equal("cn=member, ou=groups, dc=opentox, dc=org", again.Single().Subjects!.All[0].Values.Single());
    }

    [Fact]
    public async Task Ownership_IsTheFirstOnes()
    {
        var (alice, bob) = (await openSso.TokenAsync("alice"), await openSso.TokenAsync("bob"));
        var name = OpenSsoNode.Unique("policy");
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.ForNewResource(name, "alice", _url))).Status);

        foreach (var (token, document, fault) in new[]
        {
            (bob, PolicyXml.ForNewResource(name + "b", "bob", _url), "The resource is another user's"),
            (bob, PolicyXml.ForNewResource(name + "b", "bob", _url.Replace("dataset", "DataSet", StringComparison.Ordinal)), "The resource is another user's"),
            (bob, PolicyXml.ForNewResource(name, "bob", _url + "/other"), "There is a policy of this name"),
            (alice, PolicyXml.ForNewResource(name, "alice", _url + "/other"), "There is a policy of this name"),
        })
        {
            var (status, text) = await openSso.RegisterAsync(token, document);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Matches($"^{fault}[^\n]*\n$", text);
        }

        // All or nothing.
        Assert.DoesNotContain(name + "b", (await openSso.PolAsync(HttpMethod.Get, bob)).Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "null\n"), await openSso.PolAsync(HttpMethod.Get, bob, "uri: " + _url + "/other"));

        // Not the owner, and unknown: one answer to both.
        var foreign = await openSso.PolAsync(HttpMethod.Delete, bob, $"id: {name}_user");
        Assert.Equal(HttpStatusCode.Unauthorized, foreign.Status);
        Assert.Equal(foreign, await openSso.PolAsync(HttpMethod.Delete, bob, "id: never-registered"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await openSso.PolAsync(HttpMethod.Get, bob, $"id: {name}_user")).Status);
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(alice, _url, "PUT"));
    }

    [Fact]
    public async Task BadTokens_Are400WhereAPolicyIsPosted_AndElse401()
    {
        foreach (var token in new[] { null, Invented, "" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await openSso.RegisterAsync(token, PolicyXml.ForNewResource("x", "alice", _url))).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await openSso.PolAsync(HttpMethod.Delete, token, "id: x")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await openSso.PolAsync(HttpMethod.Get, token)).Status);
        }
    }

    [Fact]
    public async Task WhatIsNoPolicy_Is400()
    {
        var alice = await openSso.TokenAsync("alice");
        string Policy(string resource = "http://pol.example/x", string? subject = null, string value = "allow") =>
            PolicyXml.Policy("bad", resource, subject ?? PolicyXml.User("alice"), ("GET", value));
        string[] documents =
        [
            "", "<Policies>", "<Policies/>", "<Policies><Policy/></Policies>", "{}", "<a/>",
            """<!DOCTYPE Policies [<!ENTITY x SYSTEM "file:///etc/passwd">]><Policies><Policy name="&x;"><Rule name="r"/></Policy></Policies>""",
            """<!DOCTYPE Policies [<!ENTITY x "allow">]>""" + $"<Policies>{Policy(value: "&x;")}</Policies>",
            PolicyXml.Document(Policy(resource: "/dataset/1")),
            PolicyXml.Document(Policy(resource: "ftp://pol.example/1")),
            PolicyXml.Document(Policy(resource: "http://pol.example/../1")),
            PolicyXml.Document(Policy(resource: "http://u:p@pol.example/1")),
            PolicyXml.Document(Policy(resource: "http://pol.example/*")),
            PolicyXml.Document(Policy(resource: "http://pol.example/a-*-b")),
            PolicyXml.Document(Policy(resource: "http://*/x")),
            PolicyXml.Document(Policy(value: "perhaps")),
            PolicyXml.Document(Policy(subject: PolicyXml.Subject("LDAPUsers", "uid=alice,ou=people,dc=elsewhere,dc=org", "inclusive"))),
            PolicyXml.Document(Policy(subject: PolicyXml.Subject("LDAPUsers", "cn=alice,ou=people,dc=opentox,dc=org", "inclusive"))),
            PolicyXml.Document(Policy(subject: PolicyXml.Subject("AMIdentitySubject", "uid=alice,ou=people,dc=opentox,dc=org", "inclusive"))),
            PolicyXml.Document(Policy(subject: PolicyXml.User("alice", "sometimes"))),
            PolicyXml.Document(Policy(subject: PolicyXml.User("never-seen", "exclusive"))),
            PolicyXml.Document(Policy(subject: PolicyXml.Group("never-seen", "exclusive"))),
            PolicyXml.Document(Policy(), Policy()),
            PolicyXml.Document(Policy().Replace("</Policy>", "<Conditions><Condition/></Conditions></Policy>", StringComparison.Ordinal)),
            PolicyXml.Document(Policy().Replace("referralPolicy=\"false\"", "referralPolicy=\"true\"", StringComparison.Ordinal)),
            PolicyXml.Document(Policy().Replace("iPlanetAMWebAgentService", "sunAMRealmService", StringComparison.Ordinal)),
            PolicyXml.Document(PolicyXml.Policy("bad\u00fc", "http://pol.example/x", PolicyXml.User("alice"), ("GET", "allow"))),
            $"<Policies><Policy name=\"bad\">{string.Concat(Enumerable.Range(0, 2001).Select(i => PolicyXml.Rule($"http://pol.example/many/{i}", ("GET", "allow"))))}</Policy></Policies>",
            string.Concat(Enumerable.Repeat("<Policies>", 20_000)),
            PolicyXml.Document(Policy(subject: """<Subject name="s" type="LDAPGroups" includeType="exclusive"><AttributeValuePair><Attribute name="Values"/></AttributeValuePair></Subject>""")),
            PolicyXml.Document(Policy(subject: PolicyXml.Group(new string('g', 300)))),
            PolicyXml.Document(PolicyXml.Policy("bad", "http://pol.example/x", PolicyXml.User("alice"), [.. Enumerable.Range(0, 65).Select(i => ($"M{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}", "allow"))])),
            $"<Policies><Policy name=\"bad\">{string.Concat(Enumerable.Range(0, 1000).Select(i => PolicyXml.Rule($"http://pol.example/many/{i}", ("GET", "allow"))))}<Subjects>{string.Concat(Enumerable.Range(0, 90).Select(i => PolicyXml.Group($"group-with-a-name-of-some-length-{i}")))}</Subjects></Policy></Policies>",
        ];
        foreach (var document in documents)
        {
            var (status, text) = await openSso.RegisterAsync(alice, document);
            Assert.True(status == HttpStatusCode.BadRequest, $"{status} to {document}");
            Assert.Matches("^[^\n]+\n$", text);
            Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("bad", (await openSso.PolAsync(HttpMethod.Get, alice)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await openSso.RegisterAsync(alice, PolicyXml.Document(Policy()), mediaType: "text/plain")).Status);
    }

    [Fact]
    public void ATextInManyPieces_IsReadInTheRoomThatItTakes()
    {
        var document = Encoding.UTF8.GetBytes($"<Policies>{string.Concat(Enumerable.Repeat("a<!---->", 50_000))}</Policies>");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(PolicyDocumentReader.TryRead(document, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    [Fact]
    public async Task WhileADirectoryDoesNotAnswer_NobodyIsTakenForWhomADocumentNames()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?>
        {
            ["OpenSso:Enabled"] = "true",
            ["OpenSso:OpenAccounts:0"] = "guest",
            ["Users:Directories:0:Type"] = "local",
            ["Users:Directories:1:Type"] = "ldap",
            ["Users:Directories:1:Ldap:Servers:0"] = $"ldaps://127.0.0.1:{FreePort.Next()}",
            ["Users:Directories:1:Ldap:SearchBase"] = "dc=example,dc=org",
            ["Users:Directories:1:Ldap:AllowAnonymousSearch"] = "true",
        });
        var token = await node.LogInAsync("alice");
        foreach (var (user, expected) in new[] { ("alice", HttpStatusCode.OK), ("guest", HttpStatusCode.ServiceUnavailable), ("of-the-directory", HttpStatusCode.ServiceUnavailable) })
        {
            var document = PolicyXml.Document(PolicyXml.Policy(user, "http://h/" + user, PolicyXml.User(user), ("GET", "deny")));
            using var content = new StringContent(document, Encoding.UTF8, "application/xml");
            using var answer = await node.SendAsync(HttpMethod.Post, "/pol", content, "subjectid: " + token);
            Assert.Equal((user, expected), (user, answer.StatusCode));
        }
    }

    [Fact]
    public async Task AsManyResourcesAsMayBe()
    {
        var alice = await openSso.TokenAsync("alice");
        var name = OpenSsoNode.Unique("policy");
        var rules = string.Concat(Enumerable.Range(0, 2000).Select(i => PolicyXml.Rule($"{_url}/{i}", ("GET", "allow"))));
        var (status, text) = await openSso.RegisterAsync(
            alice, $"<Policies><Policy name=\"{name}\">{rules}<Subjects name=\"s\" description=\"\">{PolicyXml.User("bob")}</Subjects></Policy></Policies>");
        Assert.True(status == HttpStatusCode.OK, text);
        var bob = await openSso.TokenAsync("bob");
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(bob, $"{_url}/1999"));
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, $"{_url}/1999"));
        Assert.Equal(HttpStatusCode.OK, (await openSso.PolAsync(HttpMethod.Delete, alice, "id: " + name)).Status);
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(bob, $"{_url}/0"));
    }

    [Fact]
    public async Task Deny_WinsOverAllow()
    {
        var (alice, bob) = (await openSso.TokenAsync("alice"), await openSso.TokenAsync("bob"));
        var name = OpenSsoNode.Unique("policy");
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.ForNewResource(name, "alice", _url))).Status);
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.Document(PolicyXml.Policy(name + "_not_bob", _url, PolicyXml.User("bob"), ("GET", "deny"))))).Status);
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(bob, _url));
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(await openSso.TokenAsync("carol"), _url));
        Assert.Equal(HttpStatusCode.OK, (await openSso.PolAsync(HttpMethod.Delete, alice, $"id: {name}_not_bob")).Status);
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(bob, _url));
    }

    [Fact]
    public async Task Exclusive_MeansAllOthers_AndInactiveNobody()
    {
        var alice = await openSso.TokenAsync("alice");
        var name = OpenSsoNode.Unique("policy");
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.Document(PolicyXml.Policy(name, _url, PolicyXml.Group("aquamaps", "exclusive"), ("GET", "allow"))))).Status);
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, _url));
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(await openSso.TokenAsync("bob"), _url));

        var inactive = PolicyXml.Document(PolicyXml.Policy(name + "i", _url, PolicyXml.User("alice"), ("GET", "allow"))).Replace("active=\"true\"", "active=\"false\"", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, inactive)).Status);
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, _url));
    }

    [Fact]
    public async Task ADryRun_AsksDocuments_WhereTheSetInForceDoesNot()
    {
        var (alice, admin) = (await openSso.TokenAsync("alice"), await openSso.TokenAsync("admin"));
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.ForNewResource(OpenSsoNode.Unique("policy"), "alice", "http://dry-run.example/1"))).Status);
        await Node.StoreAsync("dry-run", PolicyCalls.Yaml("dry-run.example"), admin);
        var answer = await Node.PostJsonAsync("/policies/dry-run/dry-run", """
            {"set": {"hosts": ["dry-run.example"], "rules": [{"id": "documents", "effect": "allow", "who": "policies"}]},
             "requests": [
               {"method": "PUT", "url": "http://dry-run.example/1", "subject": {"user": "alice"}},
               {"method": "PUT", "url": "http://dry-run.example/1", "subject": {"user": "bob"}}]}
            """, "X-Session-Id: " + admin).JsonAsync();
        var change = Assert.Single(answer.GetProperty("changed").EnumerateArray());
        Assert.Equal((0, "documents"), (change.GetProperty("request").GetInt32(), change.GetProperty("after").GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task Wildcards_StandForOneSegment_AndNeverForAnothersUrl()
    {
        var (alice, bob) = (await openSso.TokenAsync("alice"), await openSso.TokenAsync("bob"));
        var name = OpenSsoNode.Unique("policy");

        // Bob was first on one of the URLs that alice's wildcard stands for.
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(bob, PolicyXml.ForNewResource(name + "b", "bob", _url + "/bobs/x"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.ForNewResource(name, "alice", _url + "/-*-/x"))).Status);
        foreach (var (path, expected) in new[] { ("/1/x", "true"), ("/a%20b/x", "true"), ("/x", "false"), ("/1/2/x", "false"), ("/1/X", "false"), ("/1", "false"), ("/bobs/x", "false") })
        {
            Assert.Equal((path, $"boolean={expected}\n"), (path, await openSso.AuthorizeAsync(alice, _url + path, "PUT")));
        }

        // What it stands for is hers, unless it was another's.
        Assert.Equal(HttpStatusCode.BadRequest, (await openSso.RegisterAsync(bob, PolicyXml.ForNewResource(name + "c", "bob", _url + "/2/x"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await openSso.RegisterAsync(bob, PolicyXml.ForNewResource(name + "c", "bob", _url + "/2/-*-"))).Status);
        Assert.Equal((HttpStatusCode.OK, "alice\n"), await openSso.PolAsync(HttpMethod.Get, bob, $"uri: {_url}/-*-/x"));
        Assert.Equal((HttpStatusCode.OK, "alice\n"), await openSso.PolAsync(HttpMethod.Get, bob, $"uri: {_url}/7/x"));
        Assert.Equal((HttpStatusCode.OK, "bob\n"), await openSso.PolAsync(HttpMethod.Get, alice, $"uri: {_url}/bobs/x"));
        Assert.Equal(HttpStatusCode.OK, (await openSso.PolAsync(HttpMethod.Delete, alice, $"id: {name}_user")).Status);
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, _url + "/1/x", "PUT"));
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(alice, _url + "/1/x"));
    }

    [Fact]
    public async Task Wildcards_AreNotForOpenAccounts()
    {
        var text = await Node.PostAsync("/auth/authenticate", new() { ["username"] = "guest", ["password"] = "guest" }).TextAsync();
        var guest = text["token.id=".Length..].TrimEnd('\n');
        var name = OpenSsoNode.Unique("policy");
        Assert.Equal(HttpStatusCode.BadRequest, (await openSso.RegisterAsync(guest, PolicyXml.ForNewResource(name, "guest", _url + "/-*-"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(guest, PolicyXml.ForNewResource(name, "guest", _url + "/1"))).Status);
    }

    [Fact]
    public async Task Wildcards_WhereTheOperatorAllowsThem()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["OpenSso:Enabled"] = "true", ["OpenSso:Wildcards"] = "Managers" });
        foreach (var (user, expected) in new[] { ("alice", HttpStatusCode.BadRequest), ("admin", HttpStatusCode.OK) })
        {
            using var content = new StringContent(PolicyXml.ForNewResource("p", user, "http://h/-*-"), Encoding.UTF8, "application/xml");
            using var answer = await node.SendAsync(HttpMethod.Post, "/pol", content, "subjectid: " + await node.LogInAsync(user));
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Users_AreMeantByKey_WhateverDirectoryTheyAreOf()
    {
        var alice = await openSso.TokenAsync("alice");
        var name = OpenSsoNode.Unique("policy");
        Assert.Equal(HttpStatusCode.OK, (await openSso.RegisterAsync(alice, PolicyXml.Document(PolicyXml.Policy(name, _url, PolicyXml.User("Guest"), ("GET", "allow"))))).Status);
        var text = await Node.PostAsync("/auth/authenticate", new() { ["username"] = "guest", ["password"] = "guest" }).TextAsync();
        Assert.Equal("boolean=true\n", await openSso.AuthorizeAsync(text["token.id=".Length..].TrimEnd('\n'), _url));
        Assert.Equal("boolean=false\n", await openSso.AuthorizeAsync(alice, _url));
    }
}
