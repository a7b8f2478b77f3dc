using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Storage;

namespace Platform.Api.Tests.Administration;

public sealed class AdministrationTests(AdministrationNode given) : IClassFixture<AdministrationNode>
{
    private const string NoClient = """{"name": "c", "redirectUris": ["https://c.example/cb"]}""";

    public static TheoryData<string, string, string?, HttpStatusCode> ForManagersAlone => new()
    {
        { "GET", "/admin/api/users", null, HttpStatusCode.OK },
        { "POST", "/admin/api/users", """{"userName": "made-by-a-test"}""", HttpStatusCode.Created },
        { "GET", "/admin/api/users/alice", null, HttpStatusCode.OK },
        { "PATCH", "/admin/api/users/carol", """{"displayName": "Carol"}""", HttpStatusCode.OK },
        { "PUT", "/admin/api/users/made-by-a-test/password", """{"password": "a fine password"}""", HttpStatusCode.OK },
        { "POST", "/admin/api/users/made-by-a-test/reset-link", "{}", HttpStatusCode.Created },
        { "POST", "/admin/api/users/made-by-a-test/disable", null, HttpStatusCode.OK },
        { "POST", "/admin/api/users/made-by-a-test/enable", null, HttpStatusCode.OK },
        { "POST", "/admin/api/users/made-by-a-test/end-sessions", null, HttpStatusCode.OK },
        { "DELETE", "/admin/api/users/made-by-a-test", null, HttpStatusCode.NoContent },
        { "POST", "/admin/api/members/import", "[]", HttpStatusCode.OK },
        { "POST", "/admin/api/clients", NoClient, HttpStatusCode.Created },
        { "GET", "/admin/api/sessions", null, HttpStatusCode.OK },
        { "GET", "/admin/api/keys", null, HttpStatusCode.OK },
        { "GET", "/admin/api/audit", null, HttpStatusCode.OK },
        { "GET", "/admin/api/audit/export", null, HttpStatusCode.OK },
        { "GET", "/admin/api/nodes", null, HttpStatusCode.OK },
    };

    [Fact]
    public async Task What_managers_of_an_infrastructure_may_nobody_else_may()
    {
        var carol = await given.Node.LogInAsync("carol");
        foreach (var row in ForManagersAlone)
        {
            var (method, path, body, status) = ((string)row[0], (string)row[1], (string?)row[2], (HttpStatusCode)row[3]);
            using var nobody = await given.SendAsync("", method, path, body);
            Assert.True(nobody.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {nobody.StatusCode}");
            using var user = await given.SendAsync(carol, method, path, body);
            Assert.True(user.StatusCode == HttpStatusCode.Forbidden, $"{method} {path}: {user.StatusCode}");
            using var foreign = await given.SendAsync("", method, path, body, "Cookie: JSESSIONID=" + given.Admin, "Sec-Fetch-Site: cross-site");
            Assert.True(foreign.StatusCode == (method == "GET" ? status : HttpStatusCode.Forbidden), $"{method} {path}: {foreign.StatusCode}");
            using var admin = await given.AdminAsync(method, path, body);
            Assert.True(admin.StatusCode == status, $"{method} {path}: {admin.StatusCode} {await admin.Content.ReadAsStringAsync()}");
        }
    }

    [Theory]
    [InlineData("""{"userName": "x", "nickname": "y"}""", "body member nickname")]
    [InlineData("""{"userName": null}""", "body member userName")]
    [InlineData("""{}""", "body")]
    [InlineData("""{"userName": "x", "userName": "y"}""", "body")]
    [InlineData("""["userName"]""", "body")]
    [InlineData("""{"userName": "\ud800"}""", "body member userName")]
    [InlineData("""{"userName": "a:b"}""", "userName")]
    [InlineData("""{"userName": "x", "mail": "nowhere"}""", "mail")]
    [InlineData("""{"userName": "x", "password": "short"}""", "password")]
    public async Task A_body_that_is_none_is_refused_with_its_place(string body, string place)
    {
        var problem = await given.AdminAsync("POST", "/admin/api/users", body).JsonAsync(HttpStatusCode.BadRequest);
        Assert.Equal(place, problem.GetProperty("place").GetString());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=x")]
    [InlineData("cursor=%22")]
    [InlineData("disabled=maybe")]
    [InlineData("scope=a%20b")]
    public async Task A_query_that_is_none_is_refused(string query) =>
        await given.AdminAsync("GET", "/admin/api/users?" + query).CodeAsync(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Lists_come_by_pages()
    {
        var first = await given.AdminAsync("GET", "/admin/api/users?limit=2").JsonAsync();
        Assert.Equal(2, first.GetProperty("items").GetArrayLength());
        Assert.True(first.GetProperty("total").GetInt64() >= 4);
        var second = await given.AdminAsync("GET", "/admin/api/users?limit=2&cursor=" + first.GetProperty("next").GetString()).JsonAsync();
        Assert.NotEqual(first.GetProperty("items")[0].GetProperty("user").GetString(), second.GetProperty("items")[0].GetProperty("user").GetString());
    }

    [Fact]
    public async Task A_change_rests_on_what_was_read()
    {
        var path = "/admin/api/users/" + (await given.NewUserAsync()).GetProperty("user").GetString();
        using var read = await given.AdminAsync("GET", path);
        var tag = read.Headers.ETag!.Tag;
        using var again = await given.AdminAsync("GET", path, null, "If-None-Match: " + tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        var changed = await given.AdminAsync("PATCH", path, """{"mail": "a@b"}""", "If-Match: " + tag).JsonAsync();
        Assert.Equal(("N <&>", "a@b"), (changed.GetProperty("displayName").GetString(), changed.GetProperty("mail").GetString()));
        Assert.Equal("changed-meanwhile", await given.AdminAsync("PATCH", path, """{"mail": null}""", "If-Match: " + tag).CodeAsync(HttpStatusCode.PreconditionFailed));
        Assert.Equal("changed-meanwhile", await given.AdminAsync("DELETE", path, null, "If-Match: " + tag).CodeAsync(HttpStatusCode.PreconditionFailed));
        Assert.Equal(JsonValueKind.Null, (await given.AdminAsync("PATCH", path, """{"mail": null}""").JsonAsync()).GetProperty("mail").ValueKind);
    }

    [Fact]
    public async Task The_same_request_with_a_key_is_done_once_and_answered_again()
    {
        var key = "Idempotency-Key: \"" + Guid.NewGuid() + "\"";
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var answer = await given.AdminAsync("POST", "/admin/api/clients", NoClient, key);
            return (answer.StatusCode, Text: await answer.Content.ReadAsStringAsync());
        }));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        var text = await given.AdminAsync("POST", "/admin/api/clients", NoClient, key).TextAsync(HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.StatusCode == HttpStatusCode.Created), answer => Assert.Equal(text, answer.Text));
        Assert.Equal("idempotency-key-reused", await given.AdminAsync("POST", "/admin/api/clients", NoClient.Replace("\"c\"", "\"d\"", StringComparison.Ordinal), key).CodeAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("malformed-idempotency-key", await given.AdminAsync("POST", "/admin/api/clients", NoClient, "Idempotency-Key: a\\b").CodeAsync(HttpStatusCode.BadRequest));

        // What was refused may be mended under the same key.
        var refused = "Idempotency-Key: " + Guid.NewGuid();
        Assert.Equal("invalid-value", await given.AdminAsync("POST", "/admin/api/clients", """{"name": "c"}""", refused).CodeAsync(HttpStatusCode.BadRequest));
        using var mended = await given.AdminAsync("POST", "/admin/api/clients", NoClient, refused);
        Assert.Equal(HttpStatusCode.Created, mended.StatusCode);

        // The answer that is kept holds the secret, and the database does not.
        using var document = JsonDocument.Parse(text);
        var secret = document.RootElement.GetProperty("secret").GetString()!;
        await AssertNotWrittenAsync(secret);
    }

    [Fact]
    public async Task A_reset_link_sets_a_password_once_and_is_written_nowhere()
    {
        var user = await given.NewUserAsync();
        var name = user.GetProperty("userName").GetString()!;
        Assert.False(user.GetProperty("hasPassword").GetBoolean());
        var link = await given.AdminAsync("POST", $"/admin/api/users/{name}/reset-link", "{}").JsonAsync(HttpStatusCode.Created);
        var token = link.GetProperty("token").GetString()!;
        Assert.Equal("http://127.0.0.1" + link.GetProperty("path").GetString(), link.GetProperty("url").GetString());
        for (var i = 0; i < 2; i++)
        {
            await given.Node.GetAsync(link.GetProperty("path").GetString()!, "Accept: " + Calls.Browser).TextAsync();
        }

        const string password = "a password of their own";
        Assert.Equal("invalid-value", await given.SendAsync("", "POST", "/account/api/reset-password", $$"""{"token": "{{token}}", "password": "short"}""").CodeAsync(HttpStatusCode.BadRequest));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var answer = await given.SendAsync("", "POST", "/account/api/reset-password", $$"""{"token": "{{token}}", "password": "{{password}}"}""");
            return answer.StatusCode;
        }));
        Assert.Single(statuses, HttpStatusCode.NoContent);
        Assert.Equal(3, statuses.Count(status => status == HttpStatusCode.NotFound));
        Assert.Equal(HttpStatusCode.OK, (await given.Node.GetAsync("/Login", "Accept: application/json", "Authorization: " + Calls.Basic(name, password))).StatusCode);
        await AssertNotWrittenAsync(token, password);
    }

    [Fact]
    public async Task A_session_that_is_ended_is_over_with_the_answer()
    {
        var name = (await given.NewUserAsync("a fine password")).GetProperty("userName").GetString()!;
        async Task<string> LogInAsync() => (await given.Node.GetAsync("/Login", "Accept: application/json", "Authorization: " + Calls.Basic(name, "a fine password")).JsonAsync()).GetProperty("jsessionid").GetString()!;
        var one = await LogInAsync();
        var other = await LogInAsync();
        var list = await given.AdminAsync("GET", "/admin/api/sessions?user=" + name).JsonAsync();
        Assert.Equal(2, list.GetProperty("total").GetInt64());
        var handle = (await given.Node.GetAsync("/sessions", "X-Session-Id: " + one).JsonAsync()).GetProperty("sessions").EnumerateArray().Single(session => session.GetProperty("current").GetBoolean()).GetProperty("handle").GetString();
        using var ended = await given.AdminAsync("DELETE", "/admin/api/sessions/" + handle);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await given.Node.GetAsync("/sessions", "X-Session-Id: " + one)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await given.Node.GetAsync("/sessions", "X-Session-Id: " + other)).StatusCode);
        Assert.Equal("no-such-session", await given.AdminAsync("DELETE", "/admin/api/sessions/" + handle).CodeAsync(HttpStatusCode.NotFound));
        Assert.Equal(1, (await given.AdminAsync("POST", $"/admin/api/users/{name}/end-sessions").JsonAsync()).GetProperty("sessions").GetInt64());
        Assert.Equal(HttpStatusCode.Unauthorized, (await given.Node.GetAsync("/sessions", "X-Session-Id: " + other)).StatusCode);
    }

    [Fact]
    public async Task Everyone_knows_what_they_may()
    {
        var me = await given.SendAsync(await given.Node.LogInAsync("alice"), "GET", "/admin/api/me").JsonAsync();
        var scope = Assert.Single(me.GetProperty("scopes").EnumerateArray());
        Assert.Equal(TestData.AquaMaps, scope.GetProperty("path").GetString());
        Assert.Contains("admitMembers", scope.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()));
        Assert.Empty(me.GetProperty("anywhere").EnumerateArray());
        var table = await given.AdminAsync("GET", "/admin/api/permissions").JsonAsync();
        Assert.Equal(8, table.GetProperty("roles").GetArrayLength());
    }

    [Fact]
    public async Task Keys_follow_one_another_at_once()
    {
        var made = await given.AdminAsync("POST", "/admin/api/clients", """{"name": "k", "grantTypes": ["client_credentials"], "oauthScopes": ["read"]}""").JsonAsync(HttpStatusCode.Created);
        var basic = "Authorization: " + Calls.Basic(made.GetProperty("client").GetProperty("id").GetString()!, made.GetProperty("secret").GetString());
        using var token = await given.Node.PostAsync("/oauth/token", new() { ["grant_type"] = "client_credentials" }, basic);
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        using var document = JsonDocument.Parse(await token.Content.ReadAsStringAsync());
        var bearer = "Authorization: Bearer " + document.RootElement.GetProperty("access_token").GetString();
        var before = Signing(await given.AdminAsync("GET", "/admin/api/keys").JsonAsync());
        var after = Signing(await given.AdminAsync("POST", "/admin/api/keys/rotate").JsonAsync());
        Assert.Empty(before.Intersect(after));
        Assert.Equal(HttpStatusCode.OK, (await given.Node.GetAsync("/session", bearer)).StatusCode);

        static List<string> Signing(JsonElement keys) =>
            [.. keys.GetProperty("items").EnumerateArray().Where(key => key.GetProperty("signs").GetBoolean()).Select(key => key.GetProperty("id").GetString()!)];
    }

    /// <summary>Neither in a log nor in a row.</summary>
    private async Task AssertNotWrittenAsync(params string[] secrets)
    {
        var store = given.Node.Services.GetRequiredService<IStateStore>();
        var rows = new List<string>();
        foreach (var type in new[] { "user", "oauth-client" })
        {
            rows.AddRange((await store.ListAsync(type, null, 1000, CancellationToken.None)).Select(row => Encoding.UTF8.GetString(row.Payload.Span)));
        }

        rows.Add(await given.AdminAsync("GET", "/admin/api/audit/export").TextAsync());
        var kept = await given.Node.Services.GetRequiredService<IDatabase>().ReadAsync(
            async (connection, token) =>
            {
                var answers = new List<string>();
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT answer FROM idempotency WHERE answer IS NOT NULL";
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token))
                {
                    answers.Add(Encoding.Latin1.GetString(reader.GetFieldValue<byte[]>(0)));
                }

                return answers;
            },
            CancellationToken.None);
        foreach (var secret in secrets)
        {
            Assert.Empty(rows.Concat(kept).Concat(given.Node.Logs.Lines).Where(line => line.Contains(secret, StringComparison.Ordinal)).Take(1));
        }
    }
}
