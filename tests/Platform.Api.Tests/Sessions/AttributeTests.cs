using System.Net;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

[Collection(NodeCollection.Name)]
public class AttributeTests(SharedNode shared)
{
    private const string Path = "/session/attributes/cart-1.x_Y";
    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task What_one_application_stores_the_next_one_finds()
    {
        var session = await SessionAsync();
        using var created = await _node.PutAsync(Path, "ü1", session);
        using var found = await _node.GetAsync(Path, session);
        using var replaced = await _node.PutAsync(Path, "2", session);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("ü1", await found.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", found.Content.Headers.ContentType!.MediaType);
        Assert.Equal(created.Headers.ETag, found.Headers.ETag);
        Assert.Contains("sandbox", found.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", found.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(HttpStatusCode.NoContent, replaced.StatusCode);
        Assert.NotEqual(created.Headers.ETag, replaced.Headers.ETag);

        var listed = (await _node.GetAsync("/session/attributes", session).JsonAsync()).GetProperty("attributes").EnumerateArray().Single();
        Assert.Equal("cart-1.x_Y", listed.GetProperty("name").GetString());
        Assert.Equal(replaced.Headers.ETag!.Tag, listed.GetProperty("etag").GetString());
        Assert.Equal(1, listed.GetProperty("length").GetInt32());

        await _node.SendAsync(HttpMethod.Delete, Path, null, session).TextAsync(HttpStatusCode.NoContent);
        Assert.Equal("no-such-attribute", await _node.GetAsync(Path, session).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal("no-such-attribute", await _node.SendAsync(HttpMethod.Delete, Path, null, session).CodeAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Two_applications_never_overwrite_each_other()
    {
        var session = await SessionAsync();
        var none = "If-None-Match: *";
        var first = await PutAsync("1", session, none);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("2", session, none)).StatusCode);

        var tag = $"If-Match: {first.Headers.ETag}";
        var second = await PutAsync("2", session, tag);
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("3", session, tag)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("3", session, $"If-Match: W/{second.Headers.ETag}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync("3", session, $"If-Match: \"nonsense\", {second.Headers.ETag}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync("4", session, "If-Match: *")).StatusCode);
        Assert.Equal("4", await _node.GetAsync(Path, session).TextAsync());

        await _node.SendAsync(HttpMethod.Delete, Path, null, session, tag).TextAsync(HttpStatusCode.PreconditionFailed);
        await _node.SendAsync(HttpMethod.Delete, Path, null, session, "If-Match: *").TextAsync(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("5", session, "If-Match: *")).StatusCode);
    }

    [Fact]
    public async Task If_none_match_with_tags_guards_too()
    {
        var session = await SessionAsync();
        var first = await PutAsync("1", session, "If-None-Match: \"x\"");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync("2", session, $"If-None-Match: {first.Headers.ETag}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync("2", session, "If-None-Match: \"x\"")).StatusCode);
    }

    [Fact]
    public async Task A_known_version_is_not_sent_again()
    {
        var session = await SessionAsync();
        var tag = (await PutAsync("1", session)).Headers.ETag!;

        using var same = await _node.GetAsync(Path, session, $"If-None-Match: \"x\", W/{tag}");
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(tag, same.Headers.ETag);
        await _node.GetAsync(Path, session, "If-None-Match: \"x\"").TextAsync();
    }

    [Theory]
    [InlineData("If-Match: nonsense")]
    [InlineData("If-None-Match: \"a\" \"b\"")]
    [InlineData("If-Match: \"a\", *")]
    public async Task Malformed_conditions_are_refused(string header) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync("1", await SessionAsync(), header)).StatusCode);

    /// <summary>Headers are ASCII on their way out; stored, such a media type would make the attribute unreadable. UTF-8 in Latin-1.</summary>
    [Theory]
    [InlineData("text/plain; charset=\"\u00C3\u00A9\"")]
    [InlineData("text/plain; x=\"\u00E2\u0080\u00A8\"")]
    [InlineData("text/plain; x=\"\u0001\"")]
    public async Task Media_types_that_no_answer_could_carry_are_refused(string mediaType)
    {
        var session = await SessionAsync();
        var answer = await RawHttp.SendAsync(_node.Address, "PUT", Path, "x", session, "Content-Type: " + mediaType);

        Assert.Equal(400, answer.Status);
        Assert.Equal("no-such-attribute", await _node.GetAsync(Path, session).CodeAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Conditions_on_dates_do_not_count_where_there_is_no_date() =>
        Assert.Equal(HttpStatusCode.Created, (await PutAsync("1", await SessionAsync(), "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT")).StatusCode);

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a;b")]
    [InlineData("%C3%BC")]
    [InlineData("a%3Bb")]
    public async Task Names_follow_the_grammar(string name)
    {
        using var answer = await _node.PutAsync("/session/attributes/" + name, "1", await SessionAsync());

        // A ';' begins a parameter, so that the name before it is stored under.
        Assert.Equal(name == "a;b" ? HttpStatusCode.Created : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(16 * 1024, HttpStatusCode.Created)]
    [InlineData((16 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(200_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Sizes_are_limited(int length, HttpStatusCode expected)
    {
        using var answer = await _node.PutAsync(Path, new string('a', length), await SessionAsync());

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Sizes_are_limited_without_a_length_too()
    {
        using var content = new StreamContent(new MemoryStream(new byte[100_000]));
        using var answer = await _node.SendAsync(HttpMethod.Put, Path, content, await SessionAsync(), "Transfer-Encoding: chunked");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Attributes_are_of_the_session_and_end_with_it()
    {
        var (mine, other) = (await SessionAsync(), await SessionAsync());
        await PutAsync("1", mine);

        await _node.GetAsync(Path, other).TextAsync(HttpStatusCode.NotFound);
        await _node.GetAsync(Path).TextAsync(HttpStatusCode.Unauthorized);
        await _node.SendAsync(HttpMethod.Delete, "/session", null, mine).TextAsync(HttpStatusCode.NoContent);
        await _node.GetAsync(Path, mine).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_site_cannot_change_them_with_the_cookie()
    {
        var id = await _node.LogInAsync("alice");

        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync("1", "Cookie: JSESSIONID=" + id, "Sec-Fetch-Site: cross-site")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync("1", "Cookie: JSESSIONID=" + id)).StatusCode);
    }

    private async Task<string> SessionAsync() => "X-Session-Id: " + await _node.LogInAsync("alice");

    private Task<HttpResponseMessage> PutAsync(string content, params string[] headers) => Calls.PutAsync(_node, Path, content, headers);
}
