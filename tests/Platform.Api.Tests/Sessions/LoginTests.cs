using System.Net;
using System.Xml.Linq;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

[Collection(NodeCollection.Name)]
public class LoginTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("GET", "/Login")]
    [InlineData("POST", "/Login")]
    [InlineData("GET", "/login")]
    [InlineData("GET", "/LOGIN")]
    public async Task Basic_answers_the_session_document_and_no_cookie(string method, string path)
    {
        using var answer = await _node.SendAsync(new HttpMethod(method), path, null, "Authorization: " + Calls.Basic("alice"));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Matches("^<\\?xml version=\"1.0\" encoding=\"UTF-8\"\\?><SessionID><jsessionid>[0-9A-F]{32}</jsessionid></SessionID>$", text);
        Assert.Equal("application/xml; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_form_answers_the_session_document_and_no_cookie()
    {
        using var answer = await _node.PostAsync(
            "/Login", new() { ["username"] = "ALICE ", ["password"] = TestData.Password("alice") }, "Accept: application/json");

        Assert.Matches("^\\{\"jsessionid\":\"[0-9A-F]{32}\"\\}$", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Each_login_has_an_id_of_its_own() =>
        Assert.NotEqual(await _node.LogInAsync("alice"), await _node.LogInAsync("alice"));

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", "wrong")]
    [InlineData("alice", "")]
    public async Task Bad_credentials_are_challenged(string user, string password)
    {
        using var answer = await _node.GetAsync("/Login", "Authorization: " + Calls.Basic(user, password));
        var problem = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Basic realm=\"Platform\", charset=\"UTF-8\"", answer.Headers.GetValues("WWW-Authenticate").Single());
        Assert.Equal("application/problem+xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(XName.Get("problem", "urn:ietf:rfc:7807"), problem.Name);
        Assert.Equal("401", problem.Element(XName.Get("status", "urn:ietf:rfc:7807"))!.Value);
        Assert.Equal("login-refused", problem.Element(XName.Get("code", "urn:ietf:rfc:7807"))!.Value);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("username")]
    public async Task A_missing_parameter_is_named(string missing)
    {
        var form = new Dictionary<string, string> { ["username"] = "alice", ["password"] = "x" };
        form.Remove(missing);
        var problem = await _node.PostAsync("/Login", form, "Accept: application/json").JsonAsync(HttpStatusCode.BadRequest);

        Assert.Equal("missing-parameter", problem.GetProperty("code").GetString());
        Assert.Equal($"form parameter {missing}", problem.GetProperty("place").GetString());
    }

    [Fact]
    public async Task Malformed_basic_is_a_bad_request() =>
        Assert.Equal("malformed-credentials", await _node.GetAsync("/Login", "Accept: application/json", "Authorization: Basic ???").CodeAsync(HttpStatusCode.BadRequest));

    [Fact]
    public async Task Without_credentials_programs_are_challenged_and_browsers_get_the_page()
    {
        using var program = await _node.GetAsync("/Login");
        using var browser = await _node.GetAsync("/Login", "Accept: " + Calls.Browser);

        Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
        Assert.Equal("Basic", program.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(HttpStatusCode.OK, browser.StatusCode);
        Assert.Equal("text/html", browser.Content.Headers.ContentType!.MediaType);
        Assert.Contains("frame-ancestors 'none'", browser.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", await browser.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Head_never_logs_in()
    {
        using var answer = await _node.SendAsync(HttpMethod.Head, "/Login", null, "Authorization: " + Calls.Basic("alice"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8", HttpStatusCode.Unauthorized)]
    public async Task Forms_are_urlencoded_utf8(string mediaType, HttpStatusCode expected)
    {
        using var content = new StringContent("username=alice&password=wrong");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        using var answer = await _node.SendAsync(HttpMethod.Post, "/Login", content);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("username=alice&username=bob&password=x")]
    [InlineData("username=%zz&password=x")]
    [InlineData("username=%ff&password=x")]
    [InlineData("username=alice%00&password=x")]
    public async Task Forms_that_two_readers_would_read_differently_are_refused(string form)
    {
        using var content = new StringContent(form);
        content.Headers.ContentType = new("application/x-www-form-urlencoded");

        Assert.Equal("malformed-request", await _node.SendAsync(HttpMethod.Post, "/Login", content, "Accept: application/json").CodeAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Large_bodies_are_refused() => Assert.Equal(
        "body-too-large",
        await _node.PostAsync("/Login", new() { ["username"] = new string('a', 70_000) }, "Accept: application/json").CodeAsync(HttpStatusCode.RequestEntityTooLarge));

    [Fact]
    public async Task Another_users_name_beside_a_session_is_refused()
    {
        var id = await _node.LogInAsync("alice");
        var code = await _node.PostAsync(
            $"/Login;jsessionid={id}", new() { ["username"] = "bob", ["password"] = TestData.Password("bob") }, "Accept: application/json").CodeAsync(HttpStatusCode.BadRequest);

        Assert.Equal("user-mismatch", code);
    }

    [Fact]
    public async Task An_id_that_the_client_brought_is_not_the_new_one()
    {
        var invented = new string('A', 32);
        var answer = await _node.GetAsync(
            $"/Login;jsessionid={invented}", "Accept: application/json", "Authorization: " + Calls.Basic("alice"), "Cookie: JSESSIONID=" + invented).JsonAsync();

        Assert.NotEqual(invented, answer.GetProperty("jsessionid").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await _node.GetAsync($"/session;jsessionid={invented}")).StatusCode);
    }
}
