using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Api.Tests.Support;
using Platform.Api.Users;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Tests.Sessions;

[Collection(NodeCollection.Name)]
public class SessionCredentialsTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("/session;jsessionid={0}", 200)]
    [InlineData("/SESSION;jsessionid={0}", 200)]
    [InlineData("/session;jsessionid={0}?x=1", 200)]
    [InlineData("/session;a=b;jsessionid={0};c=d", 200)]
    [InlineData("/;jsessionid={0}/session", 404)]
    [InlineData("/sessions;jsessionid={0}", 200)]
    [InlineData("/session;x/attributes;jsessionid={0}", 200)]
    [InlineData("/session;jsessionid={0}/attributes", 200)]
    [InlineData("/session%3Bjsessionid={0}", 404)]
    [InlineData("/session%3bjsessionid={0}", 404)]
    [InlineData("/session;JSESSIONID={0}", 401)]
    [InlineData("/session;JSessionId={0}", 401)]
    [InlineData("/session;%6asessionid={0}", 401)]
    [InlineData("/session;jsessionid%3D{0}", 401)]
    [InlineData("/session;jsessionid={0}x", 401)]
    [InlineData("/session;jsessionid={0}%20", 401)]
    [InlineData("/session;jsessionid=", 401)]
    [InlineData("/session?jsessionid={0}", 401)]
    [InlineData("/session?;jsessionid={0}", 401)]
    [InlineData("/session/;jsessionid={0}", 200)]
    [InlineData("/x/..;jsessionid={0}/session", 400)]
    [InlineData("/session/.;jsessionid={0}", 400)]
    [InlineData("/%2e%2e;jsessionid={0}/session", 400)]
    [InlineData("/session%2f;jsessionid={0}", 400)]
    [InlineData("/session\\;jsessionid={0}", 400)]
    [InlineData("/session#;jsessionid={0}", 400)]
    public async Task A_session_counts_only_as_a_path_parameter(string target, int expected)
    {
        var id = await _node.LogInAsync("alice");
        var answer = await RawHttp.GetAsync(_node.Address, string.Format(System.Globalization.CultureInfo.InvariantCulture, target, id));

        Assert.Equal(expected, answer.Status);
        Assert.DoesNotContain(id, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cookie_comes_before_the_url_and_the_url_before_the_header()
    {
        var (alice, bob, carol) = (await _node.LogInAsync("alice"), await _node.LogInAsync("bob"), await _node.LogInAsync("carol"));

        Assert.Equal("alice", await WhoAsync($"/session;jsessionid={bob}", "Cookie: JSESSIONID=" + alice, "X-Session-Id: " + carol));
        Assert.Equal("bob", await WhoAsync($"/session;jsessionid={bob}", "X-Session-Id: " + carol));
        Assert.Equal("carol", await WhoAsync("/session", "X-Session-Id: " + carol));
    }

    [Fact]
    public async Task The_first_live_one_counts()
    {
        var (dead, alice, bob) = (new string('0', 32), await _node.LogInAsync("alice"), await _node.LogInAsync("bob"));

        Assert.Equal("alice", await WhoAsync("/session", $"Cookie: JSESSIONID={dead}; a=b; JSESSIONID={alice}; JSESSIONID={bob}"));
        Assert.Equal("bob", await WhoAsync($"/session;jsessionid={bob}", "Cookie: JSESSIONID=" + dead));
        Assert.Equal("bob", await WhoAsync($"/session;jsessionid=nonsense;jsessionid={dead}/;jsessionid={bob}"));
    }

    /// <summary>
    /// Browsers hold the <c>__Host-</c> prefix against a cookie's exact name; with a Unicode space before it a neighbour under the same
    /// domain may set it (PortSwigger, "Cookie Chaos"). Only blanks and tabs are white space in the header (RFC 6265 §4.2.1). The headers are UTF-8 in Latin-1.
    /// </summary>
    [Theory]
    [InlineData("\u00E2\u0080\u0083")]
    [InlineData("\u00C2\u00A0")]
    [InlineData("\u00C2\u0085")]
    [InlineData("\u00E3\u0080\u0080")]
    public async Task A_cookie_whose_name_begins_with_a_unicode_space_is_another_one(string space)
    {
        var (alice, bob) = (await _node.LogInAsync("alice"), await _node.LogInAsync("bob"));

        Assert.Equal(401, (await RawHttp.GetAsync(_node.Address, "/session", $"Cookie: {space}JSESSIONID={bob}")).Status);
        Assert.Equal("alice", await WhoAsync("/session", $"Cookie: a=b;\t JSESSIONID={alice} "));
    }

    [Fact]
    public async Task What_the_directory_takes_away_when_asked_the_request_that_waited_for_it_has_no_more()
    {
        await using var node = await ApiNode.StartAsync(adjust: services => services.Replace(ServiceDescriptor.Singleton<IDirectoryRecheck, Expulsion>()));
        var id = await node.LogInAsync("alice");

        Assert.Equal("not-a-member", await node.GetAsync($"/LoginScope;jsessionid={id}?scope={TestData.AquaMaps}", "Accept: application/json").CodeAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Only_eight_are_looked_at()
    {
        var alice = await _node.LogInAsync("alice");
        var dead = Enumerable.Range(0, 8).Select(number => "JSESSIONID=" + new string((char)('A' + (number % 6)), 31) + number).ToList();

        await _node.GetAsync("/session", $"Cookie: {string.Join("; ", dead)}; JSESSIONID={alice}").TextAsync(HttpStatusCode.Unauthorized);
        await _node.GetAsync("/session", $"Cookie: {string.Join("; ", dead.Skip(1))}; JSESSIONID={alice}").TextAsync();
    }

    [Theory]
    [InlineData("JSESSIONIDX={0}")]
    [InlineData("jsessionid={0}")]
    [InlineData("XJSESSIONID={0}")]
    [InlineData("__Host-JSESSIONID={0}")]
    [InlineData("JSESSIONID=\"{0}\"")]
    public async Task Cookies_of_other_names_do_not_count(string cookie)
    {
        var id = await _node.LogInAsync("alice");

        await _node.GetAsync("/session", "Cookie: " + string.Format(System.Globalization.CultureInfo.InvariantCulture, cookie, id)).TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Lower_case_ids_are_none()
    {
        var id = await _node.LogInAsync("alice");

        await _node.GetAsync($"/session;jsessionid={id.ToLowerInvariant()}").TextAsync(id.Any(char.IsAsciiLetterUpper) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("username=alice", 200)]
    [InlineData("username=ALICE+", 200)]
    [InlineData("username=bob", 400)]
    [InlineData("username=", 400)]
    [InlineData("user%6eame=bob", 400)]
    [InlineData("username=alice&username=bob", 400)]
    [InlineData("name=bob", 200)]
    public async Task Another_users_name_in_the_query_is_refused(string query, int expected)
    {
        var id = await _node.LogInAsync("alice");

        await _node.GetAsync($"/session;jsessionid={id}?{query}").TextAsync((HttpStatusCode)expected);
    }

    [Fact]
    public async Task Answers_to_a_session_are_neither_kept_nor_leaked()
    {
        var id = await _node.LogInAsync("alice");
        foreach (var target in new[] { $"/session;jsessionid={id}", $"/;jsessionid={id}", $"/ListInfrastructureScopes;jsessionid={id}", $"/nothing;jsessionid={id}" })
        {
            using var answer = await _node.GetAsync(target);
            Assert.True(answer.Headers.CacheControl!.NoStore, target);
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        }
    }

    [Fact]
    public async Task Use_is_recorded_every_tenth_of_the_idle_time_out_and_keeps_the_session_alive()
    {
        await using var node = await ApiNode.StartAsync();
        var id = await node.LogInAsync("alice");
        var first = await SeenAsync(node, id);

        node.Time.Advance(TimeSpan.FromMinutes(2.9));
        Assert.Equal(first, await SeenAsync(node, id));

        node.Time.Advance(TimeSpan.FromMinutes(0.2));
        await SeenAsync(node, id);
        var second = await SeenAsync(node, id);
        Assert.True(second > first);

        node.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(second, await SeenAsync(node, id));
        node.Time.Advance(TimeSpan.FromMinutes(29));
        await SeenAsync(node, id);

        node.Time.Advance(TimeSpan.FromMinutes(30.1));
        await node.GetAsync($"/session;jsessionid={id}").TextAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Ids_in_urls_can_be_turned_off()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Sessions:UrlIds"] = "false" });
        var id = await node.LogInAsync("alice");

        await node.GetAsync($"/session;jsessionid={id}").TextAsync(HttpStatusCode.Unauthorized);
        await node.GetAsync("/session;jsessionid=x", "X-Session-Id: " + id).TextAsync();

        using var login = await node.PostAsync(
            "/login", new() { ["username"] = "alice", ["password"] = TestData.Password("alice") }, "Accept: " + Calls.Browser, "Sec-Fetch-Site: same-origin");
        Assert.Equal("/login?error=expired", login.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Under_https_only_the_host_bound_cookie_counts()
    {
        await using var node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["PublicUrl"] = "https://login.example.org" });
        var (field, cookie) = await node.LoadFormAsync("/login");
        using var answer = await node.PostAsync(
            "/login", new() { ["username"] = "alice", ["password"] = TestData.Password("alice"), ["antiforgery"] = field }, "Accept: " + Calls.Browser, "Cookie: " + cookie);
        var session = answer.Headers.GetValues("Set-Cookie").Single(value => value.Contains("JSESSIONID=", StringComparison.Ordinal));

        Assert.StartsWith("__Host-JSESSIONID=", session, StringComparison.Ordinal);
        Assert.Contains("secure", session, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", session, StringComparison.OrdinalIgnoreCase);
        await node.GetAsync("/session", "Cookie: " + session.Split(';')[0]).TextAsync();
        await node.GetAsync("/session", "Cookie: " + session.Split(';')[0]["__Host-".Length..]).TextAsync(HttpStatusCode.Unauthorized);
    }

    private static async Task<DateTimeOffset> SeenAsync(ApiNode node, string id) =>
        (await node.GetAsync($"/session;jsessionid={id}").JsonAsync()).GetProperty("lastSeen").GetDateTimeOffset();

    private async Task<string?> WhoAsync(string target, params string[] headers) =>
        (await _node.GetAsync(target, headers).JsonAsync()).GetProperty("user").GetString();

    /// <summary>A directory whose groups no longer have the user.</summary>
    private sealed class Expulsion(MemberAdministration members) : IDirectoryRecheck
    {
        public ValueTask<bool> ConfirmAsync(LiveSession session, CancellationToken cancellationToken) => ConfirmAsync(session.User.Key, cancellationToken);

        public async ValueTask<bool> ConfirmAsync(UserKey user, CancellationToken cancellationToken)
        {
            var removed = await members.RemoveAsync(
                AdministrationActor.Operator("test"), new ScopePath(TestData.AquaMaps), user.ToString(), null, cancellationToken);
            return removed.IsDone;
        }
    }
}
