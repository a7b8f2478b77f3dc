using System.Net;
using System.Xml.Linq;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

[Collection(NodeCollection.Name)]
public class SessionEndpointsTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task Session_says_who_where_and_until_when()
    {
        var id = await _node.LogInAsync("alice");
        await _node.GetAsync($"/LoginScope;jsessionid={id}?scope={TestData.AquaMaps}").TextAsync();
        var session = await _node.GetAsync("/session", "X-Session-Id: " + id).JsonAsync();

        Assert.Equal("alice", session.GetProperty("user").GetString());
        Assert.StartsWith("local:", session.GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Equal("alice <Test>", session.GetProperty("displayName").GetString());
        Assert.Equal("alice@example.org", session.GetProperty("mail").GetString());
        Assert.Equal(TestData.AquaMaps, session.GetProperty("scope").GetString());
        Assert.Equal(["VRE-Manager", "member"], session.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        var created = session.GetProperty("created").GetDateTimeOffset();
        Assert.Equal(TimeSpan.FromHours(12), session.GetProperty("ends").GetDateTimeOffset() - created);
        Assert.True(session.GetProperty("lastSeen").GetDateTimeOffset() >= created.AddSeconds(-1));
        Assert.EndsWith("Z", session.GetProperty("created").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_comes_as_xml_too()
    {
        var id = await _node.LogInAsync("carol");
        var session = XDocument.Parse(await _node.GetAsync($"/session;jsessionid={id}", "Accept: application/xml").TextAsync()).Root!;

        Assert.Equal("Session", session.Name.LocalName);
        Assert.Equal("carol", session.Element("user")!.Value);
        Assert.Null(session.Element("scope"));
        Assert.Empty(session.Element("roles")!.Elements());
    }

    [Fact]
    public async Task Delete_ends_the_session()
    {
        var id = await _node.LogInAsync("alice");

        await _node.SendAsync(HttpMethod.Delete, $"/session;jsessionid={id}", null).TextAsync(HttpStatusCode.NoContent);
        await _node.GetAsync($"/session;jsessionid={id}").TextAsync(HttpStatusCode.Unauthorized);
        await _node.SendAsync(HttpMethod.Delete, $"/session;jsessionid={id}", null).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task One_lists_and_ends_ones_own_sessions_alone()
    {
        var (first, second, bob) = (await _node.LogInAsync("carol"), await _node.LogInAsync("carol"), await _node.LogInAsync("bob"));
        var list = (await _node.GetAsync("/sessions", "X-Session-Id: " + second, "User-Agent: test").JsonAsync()).GetProperty("sessions").EnumerateArray().ToList();
        var handle = (await _node.GetAsync("/session", "X-Session-Id: " + first).JsonAsync()).GetProperty("handle").GetString();
        var listed = list.Single(session => session.GetProperty("handle").GetString() == handle);

        Assert.False(listed.GetProperty("current").GetBoolean());
        Assert.Equal("127.0.0.1", listed.GetProperty("address").GetString());
        Assert.Single(list, session => session.GetProperty("current").GetBoolean());
        Assert.Equal("no-such-session", await _node.SendAsync(HttpMethod.Delete, $"/sessions/{handle}", null, "X-Session-Id: " + bob).CodeAsync(HttpStatusCode.NotFound));

        await _node.SendAsync(HttpMethod.Delete, $"/sessions/{handle}", null, "X-Session-Id: " + second).TextAsync(HttpStatusCode.NoContent);
        await _node.GetAsync("/session", "X-Session-Id: " + first).TextAsync(HttpStatusCode.Unauthorized);
        var left = (await _node.GetAsync("/sessions", "X-Session-Id: " + second).JsonAsync()).GetProperty("sessions").EnumerateArray();
        Assert.DoesNotContain(left, session => session.GetProperty("handle").GetString() == handle);
    }

    [Theory]
    [InlineData("", "no-scope-given")]
    [InlineData("?scope=", "no-scope-given")]
    [InlineData("?operation=read", "no-scope-given")]
    [InlineData("?scope=" + TestData.Farm, "scope-not-open")]
    [InlineData("?scope=" + TestData.Closed, "scope-not-open")]
    [InlineData("?scope=/nowhere", "scope-not-open")]
    [InlineData("?scope=nonsense", "scope-not-open")]
    [InlineData("?scope=" + TestData.AquaMaps + "&operation=write", "operation-not-open")]
    [InlineData("?scope=" + TestData.AquaMaps + "&operation=READ", "operation-not-open")]
    public async Task Unnamed_access_is_refused_with_the_reason(string query, string code)
    {
        Assert.Equal(code, await _node.GetAsync("/session" + query).CodeAsync(HttpStatusCode.Unauthorized));
        Assert.Equal(code, await _node.GetAsync("/session;jsessionid=" + new string('0', 32) + query).CodeAsync(HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&operation=read")]
    public async Task Unnamed_access_says_what_is_open(string more)
    {
        var answer = await _node.GetAsync($"/session?scope={TestData.AquaMaps}{more}").JsonAsync();

        Assert.Equal(System.Text.Json.JsonValueKind.Null, answer.GetProperty("user").ValueKind);
        Assert.Equal(["read", "search"], answer.GetProperty("operations").EnumerateArray().Select(operation => operation.GetString()));
    }

    [Theory]
    [InlineData("/session")]
    [InlineData("/sessions")]
    [InlineData("/scopes")]
    [InlineData("/ListInfrastructureScopes")]
    [InlineData("/health/live")]
    [InlineData("/style.css")]
    [InlineData("/")]
    public async Task Head_is_get_without_the_body(string path)
    {
        var id = await _node.LogInAsync("alice");
        using var get = await _node.GetAsync($"{path};jsessionid={id}");
        using var head = await _node.SendAsync(HttpMethod.Head, $"{path};jsessionid={id}", null);

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }
}
