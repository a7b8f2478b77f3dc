using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies.OpenSso;

/// <summary>The table of the contract's identity services, line by line and byte for byte.</summary>
[Collection(OpenSsoCollection.Name)]
public sealed class IdentityTests(OpenSsoNode openSso)
{
    private const string Invented = "0123456789ABCDEF0123456789ABCDEF";

    private ApiNode Node => openSso.Node;

    [Theory]
    [InlineData("/opensso/identity/authenticate")]
    [InlineData("/auth/authenticate")]
    [InlineData("/auth/AUTHENTICATE")]
    public async Task Authenticate_GivesAToken(string path)
    {
        using var answer = await Node.PostAsync(path, new() { ["username"] = "alice", ["password"] = TestData.Password("alice"), ["uri"] = "realm=/" });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; charset=UTF-8", answer.Content.Headers.GetValues("Content-Type").Single());
        Assert.Matches("^token.id=[0-9A-F]{32}\n$", text);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("boolean=true\n", await Node.GetAsync($"/auth/isTokenValid?tokenid={text["token.id=".Length..].Trim()}").TextAsync());
    }

    [Fact]
    public async Task Authenticate_TakesGet_AndIsASessionLikeAnyOther()
    {
        var text = await Node.GetAsync($"/opensso/identity/authenticate?username=bob&password={Uri.EscapeDataString(TestData.Password("bob"))}").TextAsync();
        var token = text["token.id=".Length..].TrimEnd('\n');
        Assert.Equal("bob", (await Node.GetAsync("/session", "X-Session-Id: " + token).JsonAsync()).GetProperty("user").GetString());
        Assert.Equal("boolean=true\n", await Node.GetAsync($"/auth/isTokenValid?tokenid={await Node.LogInAsync("bob")}").TextAsync());
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", "wrong")]
    [InlineData("alice", "")]
    [InlineData("", "x")]
    public async Task Authenticate_Refuses(string user, string password)
    {
        var text = await Node.PostAsync("/auth/authenticate", new() { ["username"] = user, ["password"] = password }).TextAsync(HttpStatusCode.Unauthorized);
        Assert.Matches("^exception.name=com.sun.identity.idsvcs.InvalidCredentials [^\n]+\n$", text);
    }

    [Theory]
    [InlineData("anonymous")]
    [InlineData("guest")]
    public async Task OpenAccounts_LogInWithTheirNames(string account)
    {
        var text = await Node.PostAsync("/auth/authenticate", new() { ["username"] = account, ["password"] = account }).TextAsync();
        var token = text["token.id=".Length..].TrimEnd('\n');
        Assert.Contains("identitydetails.group=member\n", await Node.PostAsync("/opensso/identity/read", new() { ["name"] = account, ["admin"] = token }).TextAsync(), StringComparison.Ordinal);
        await Node.PostAsync("/auth/authenticate", new() { ["username"] = account, ["password"] = account + "x" }).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task OpenAccounts_AreNotThere_UnlessTurnedOn()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["OpenSso:Enabled"] = "true" }, filled: false);
        await node.PostAsync("/auth/authenticate", new() { ["username"] = "guest", ["password"] = "guest" }).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task IsTokenValid_TellsABadTokenFromNone()
    {
        Assert.Equal("boolean=false\n", await Node.PostAsync("/auth/isTokenValid", new() { ["tokenid"] = Invented }).TextAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("boolean=false\n", await Node.PostAsync("/auth/isTokenValid", new() { ["tokenid"] = "AQIC5w#" }).TextAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("boolean=false\n", await Node.PostAsync("/auth/isTokenValid", []).TextAsync());
        Assert.Equal("boolean=false\n", await Node.GetAsync("/auth/isTokenValid?tokenid=").TextAsync());
    }

    [Fact]
    public async Task BlankToken_FallsBackToTheCookie()
    {
        var token = await openSso.TokenAsync("alice");
        Assert.Equal("boolean=true\n", await Node.GetAsync("/auth/isTokenValid", "Cookie: iPlanetDirectoryPro=" + token).TextAsync());
        Assert.Equal("boolean=true\n", await Node.GetAsync("/auth/isTokenValid?tokenid=%20", "Cookie: iPlanetDirectoryPro=" + token).TextAsync());
        await Node.GetAsync("/auth/isTokenValid?tokenid=" + Invented, "Cookie: iPlanetDirectoryPro=" + token).TextAsync(HttpStatusCode.Unauthorized);

        // Not where another site's page has the browser send it.
        Assert.Equal("boolean=false\n", await Node.GetAsync("/auth/isTokenValid", "Cookie: iPlanetDirectoryPro=" + token, "Sec-Fetch-Site: cross-site").TextAsync());
    }

    [Fact]
    public async Task Logout_EndsTheSession_AndAnswersNothing()
    {
        var token = await openSso.TokenAsync("alice");
        Assert.Equal("", await Node.PostAsync("/auth/logout", new() { ["subjectid"] = token }).TextAsync());
        Assert.Equal("boolean=false\n", await Node.GetAsync("/auth/isTokenValid?tokenid=" + token).TextAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("", await Node.PostAsync("/auth/logout", new() { ["subjectid"] = token }).TextAsync());
        Assert.Equal("", await Node.GetAsync("/opensso/identity/Logout").TextAsync());
    }

    [Fact]
    public async Task Attributes_AsPairs()
    {
        var token = await openSso.TokenAsync("bob");
        var uid = await Node.PostAsync("/auth/attributes", new() { ["subjectid"] = token, ["attributes_names"] = "uid" }).TextAsync();
        Assert.StartsWith($"userdetails.token.id={token}\nuserdetails.role=id=member,ou=group,dc=opentox,dc=org\n", uid, StringComparison.Ordinal);
        Assert.EndsWith("\nuserdetails.attribute.name=uid\nuserdetails.attribute.value=bob\n", uid, StringComparison.Ordinal);
        Assert.Single(uid.Split('\n'), line => line.StartsWith("userdetails.attribute.name=", StringComparison.Ordinal));

        var several = await Node.GetAsync($"/opensso/identity/attributes?subjectid={token}&attributenames=uid&attributenames=mail").TextAsync();
        Assert.EndsWith(
            "\nuserdetails.attribute.name=uid\nuserdetails.attribute.value=bob\nuserdetails.attribute.name=mail\nuserdetails.attribute.value=bob@example.org\n",
            several, StringComparison.Ordinal);
        Assert.Contains("userdetails.attribute.name=cn\nuserdetails.attribute.value=bob <Test>\n", await Node.GetAsync("/auth/attributes?subjectid=" + token).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_FindsGroups()
    {
        var token = await openSso.TokenAsync("bob");
        Dictionary<string, string> Ask(string filter) => new()
        {
            ["admin"] = token, ["filter"] = filter, ["attributes_names"] = "objecttype", ["attributes_values_objecttype"] = "group",
        };
        Assert.Equal("string=member\n", await Node.PostAsync("/auth/search", Ask("mem*")).TextAsync());
        var all = await Node.PostAsync("/auth/search", Ask("*")).TextAsync();
        Assert.StartsWith("string=aquamaps\nstring=member\nstring=/", all, StringComparison.Ordinal);
        Assert.DoesNotContain(TestData.Icis, all, StringComparison.Ordinal);
        Assert.Equal("NULL\n", await Node.PostAsync("/auth/search", Ask("nothing")).TextAsync());
        Assert.Equal("NULL\n", await Node.PostAsync("/auth/search", new() { ["admin"] = token, ["filter"] = "alice" }).TextAsync());
        Assert.Equal("string=alice\n", await Node.PostAsync("/auth/search", new() { ["admin"] = await openSso.TokenAsync("admin"), ["filter"] = "alice" }).TextAsync());
    }

    [Fact]
    public async Task Read_OneselfAndAsManager()
    {
        var (alice, admin) = (await openSso.TokenAsync("alice"), await openSso.TokenAsync("admin"));
        Dictionary<string, string> Ask(string token, string name) => new() { ["name"] = name, ["admin"] = token, ["attributes_names"] = "uid" };
        var own = await Node.PostAsync("/opensso/identity/read", Ask(alice, "alice")).TextAsync();
        Assert.StartsWith(
            "identitydetails.name=alice\nidentitydetails.type=user\nidentitydetails.realm=dc=opentox,dc=org\nidentitydetails.group=aquamaps\nidentitydetails.group=member\n",
            own, StringComparison.Ordinal);
        Assert.EndsWith("\nidentitydetails.attribute=\nidentitydetails.attribute.name=uid\nidentitydetails.attribute.value=alice\n", own, StringComparison.Ordinal);
        Assert.Equal(own, await Node.PostAsync("/auth/read", Ask(admin, "alice")).TextAsync());
        foreach (var (token, name) in new[] { (alice, "bob"), (alice, "nobody"), (admin, "nobody"), (alice, "") })
        {
            Assert.StartsWith("exception.name=com.sun.identity.idsvcs.ObjectNotFound ", await Node.PostAsync("/auth/read", Ask(token, name)).TextAsync(HttpStatusCode.Unauthorized), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("authorize")]
    [InlineData("attributes")]
    [InlineData("search")]
    [InlineData("read")]
    public async Task BadTokens_Are401(string op)
    {
        foreach (var form in new Dictionary<string, string>[] { [], new() { ["subjectid"] = Invented, ["admin"] = Invented, ["uri"] = "http://h/x" } })
        {
            var text = await Node.PostAsync("/auth/" + op, form).TextAsync(HttpStatusCode.Unauthorized);
            Assert.Matches("^exception.name=com.sun.identity.idsvcs.TokenExpired [^\n]+\n$", text);
        }
    }

    [Fact]
    public async Task UnknownOperations_Are501_AndMalformedParameters400()
    {
        Assert.StartsWith("exception.name=", await Node.GetAsync("/auth/delete").TextAsync(HttpStatusCode.NotImplemented), StringComparison.Ordinal);
        Assert.StartsWith("exception.name=", await Node.PostAsync("/opensso/identity/create", []).TextAsync(HttpStatusCode.NotImplemented), StringComparison.Ordinal);
        Assert.StartsWith("exception.name=", await Node.GetAsync("/auth/isTokenValid?tokenid=a&tokenid=b").TextAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsThere_UnlessTurnedOn()
    {
        await using var node = await ApiNode.StartAsync(filled: false);
        foreach (var path in new[] { "/auth/isTokenValid", "/opensso/identity/authenticate", "/pol", "/Pol/opensso-pol" })
        {
            using var answer = await node.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
