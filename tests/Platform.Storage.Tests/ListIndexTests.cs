using System.Text;
using Dapper;

namespace Platform.Storage.Tests;

/// <summary>What the triggers put into the tables that lists look through, on both databases.</summary>
public abstract class ListIndexTests : IAsyncLifetime
{
    private StoreHost _host = null!;

    private protected StoreHost Host => _host;

    public async Task InitializeAsync() => _host = await StartAsync();

    public virtual async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task User_FollowsItsRow()
    {
        var key = new StateKey("user", "ldap:1");
        var version = await WriteAsync(key, 0, """{"UserName":"Ａlice","DisplayName":"ÉMILE \u0000 Σίσυφος","Mail":null,"Disabled":false,"Sessions":[{"Key":"s1","Address":"192.0.2.1"},{"Key":"s2","Address":"192.0.2.2"}]}""");
        Assert.Equal(["ldap:1|ldap|alice|alice\némile \ufffd σίσυφοσ\n\nldap:1|0"], await RowsAsync("select key, directory, name, search, case when disabled then 1 else 0 end from user_index"));
        Assert.Equal(["s1|ldap:1|192.0.2.1", "s2|ldap:1|192.0.2.2"], await RowsAsync("select session_key, user_key, address from user_session_index order by 1"));

        version = await WriteAsync(key, version, """{"UserName":"Bob","Disabled":true,"Sessions":[{"Key":"s2","Address":"192.0.2.2"},{"Key":"s3","Address":"192.0.2.3"}]}""");
        Assert.Equal(["ldap:1|bob|1"], await RowsAsync("select key, name, case when disabled then 1 else 0 end from user_index"));
        Assert.Equal(["s2", "s3"], await RowsAsync("select session_key from user_session_index order by 1"));

        await _host.States.ClearAsync(key, version, default);
        Assert.Empty(await RowsAsync("select key from user_index union all select session_key from user_session_index"));
    }

    [Fact]
    public async Task Memberships_FollowTheirRow()
    {
        var key = new StateKey("memberships", "local:1");
        var version = await WriteAsync(
            key,
            0,
            """
            {"Items":[{"Scope":"/i","Roles":["VO-Admin","Data-Manager"],"Until":"2027-01-01T00:00:00.5+00:00","Source":null},{"Scope":"/i","Roles":["VO-Admin"],"Until":null,"Source":"ldap"},{"Scope":"/i/v","Roles":[],"Until":"2027-01-01T00:00:00.5+00:00","Suspended":true}],
             "Requests":[{"Scope":"/i/w","RequestedAt":"2026-01-01T00:00:00+00:00","RejectedAt":null},{"Scope":"/i/x","RejectedAt":"2026-01-01T00:00:00+00:00"}]}
            """);
        const string Members = "select scope, user_key, case when pending then 1 else 0 end, case when suspended then 1 else 0 end, ends_at from member_index order by 1";
        Assert.Equal(["/i|local:1|0|0|", "/i/v|local:1|0|1|1798761600500", "/i/w|local:1|1|0|"], await RowsAsync(Members));
        const string Roles = "select scope, user_key, role from member_role_index order by 1, 3";
        Assert.Equal(["/i|local:1|Data-Manager", "/i|local:1|VO-Admin"], await RowsAsync(Roles));

        version = await WriteAsync(key, version, """{"Items":[{"Scope":"/i","Roles":["VO-Admin"]},{"Scope":"/i/w","Roles":["VRE-Manager"]}]}""");
        Assert.Equal(["/i|local:1|0|0|", "/i/w|local:1|0|0|"], await RowsAsync(Members));
        Assert.Equal(["/i|local:1|VO-Admin", "/i/w|local:1|VRE-Manager"], await RowsAsync(Roles));

        await _host.States.ClearAsync(key, version, default);
        Assert.Empty(await RowsAsync(Members));
        Assert.Empty(await RowsAsync(Roles));
    }

    [Fact]
    public async Task SessionsClientsAndFamilies_FollowTheirRows()
    {
        await WriteAsync(new StateKey("session", "s1"), 0, """{"Handle":"h1","User":"local:1","Scope":"/i/v","ScopeEpoch":281474976710655,"StartedAt":"2025-12-31T23:59:59+00:00","EndsAt":"2026-01-01T00:00:00+00:00"}""");
        Assert.Equal(["s1|h1|local:1|/i/v|281474976710655|1767225599000|1767225600000"], await RowsAsync("select key, handle, user_key, scope, scope_epoch, started_at, ends_at from session_index"));

        await WriteAsync(new StateKey("oauth-client", "client:v"), 0, """{"Suspended":true,"Owners":["local:1","local:2"],"Definition":{"Name":"InfraViewer"}}""");
        Assert.Equal(["client:v|infraviewer|infraviewer\nv|1"], await RowsAsync("select key, name, search, case when suspended then 1 else 0 end from client_index"));
        Assert.Equal(["local:1|client:v", "local:2|client:v"], await RowsAsync("select owner, client_key from client_owner_index order by 1"));

        var family = new StateKey("oauth-family", "family:1");
        var version = await WriteAsync(
            family,
            0,
            """{"Authorization":{"Client":"v","User":"local:1","Session":"s1","Context":"/i/v"},"StartedAt":"2026-01-01T00:00:00+00:00","EndsAt":"2026-01-03T00:00:00+00:00","IdleEndsAt":"2026-01-02T00:00:00+00:00"}""");
        const string Families = "select key, client, user_key, session_key, context, started_at, ends_at from family_index";
        Assert.Equal(["family:1|v|local:1|s1|/i/v|1767225600000|1767312000000"], await RowsAsync(Families));
        await WriteAsync(family, version, """{"Authorization":null,"EndedAt":"2026-01-01T00:00:00+00:00"}""");
        Assert.Empty(await RowsAsync(Families));
    }

    [Fact]
    public async Task DefinitionsAndInvitations_AreFoundByScope()
    {
        await WriteAsync(new StateKey("scope-definition", "/i/v/new"), 0, "{}");
        await WriteAsync(new StateKey("invitation", "hash"), 0, """{"Scope":"/i/v"}""");
        Assert.Equal(
            ["invitation|hash|/i/v", "scope-definition|/i/v/new|/i/v/new"], await RowsAsync("select type, key, scope from scope_row_index order by 1"));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"\\ud800\"")]
    [InlineData("""{"UserName":7,"Sessions":{"a":1},"Items":[1,"a",null,[]],"Requests":"x","Owners":[{}],"Definition":[],"Authorization":[]}""")]
    [InlineData("""{"UserName":"\u0000","DisplayName":"\\\u0000\u0000","Sessions":[7,{"Key":"\u0000","Address":{}},{"Key":{}}],"Items":[{"Scope":"\u0000","Roles":[null,7,"\u0000"],"Until":"never"},{"Scope":{},"Roles":{}}],"Requests":[{"Scope":"\u0000"}],"Owners":["\u0000"],"User":"\u0000","Scope":"\u0000","ScopeEpoch":"x","EndsAt":"infinity","Definition":{"Name":"\u0000"},"Authorization":{"User":"\u0000"},"StartedAt":"","IdleEndsAt":{}}""")]
    public async Task OddState_IsWritten_WhateverTheListsMakeOfIt(string payload)
    {
        foreach (var type in (string[])["user", "memberships", "session", "oauth-client", "oauth-family", "scope-definition", "invitation"])
        {
            foreach (var name in (string[])["local:1", "x", new string('k', 2000)])
            {
                var key = new StateKey(type, name);
                var version = await WriteAsync(key, 0, payload);
                version = await WriteAsync(key, version, "{}");
                version = await WriteAsync(key, version, payload);
                Assert.Equal(payload, Encoding.UTF8.GetString((await _host.States.ReadAsync(key, default))!.Payload.Span));
                await _host.States.ClearAsync(key, version, default);
            }
        }

        Assert.Empty(await RowsAsync(
            """
            select key from user_index union all select key from session_index union all select key from client_index union all select key from family_index
            union all select key from scope_row_index union all select user_key from member_index union all select user_key from member_role_index
            union all select user_key from user_session_index union all select client_key from client_owner_index
            """));
    }

    [Fact]
    public async Task BytesThatAreNoText_AreWritten()
    {
        var key = new StateKey("user", "local:1");
        await _host.States.WriteAsync(key, 0, new byte[] { (byte)'{', 0xff, 0, (byte)'}' }, default);
        Assert.Empty(await RowsAsync("select key from user_index"));
    }

    [Fact]
    public async Task LongValues_AreWritten()
    {
        var odd = string.Concat(Enumerable.Repeat("\U0001F600\u1D2E", 20_000));
        await WriteAsync(new StateKey("user", "local:1"), 0, $$"""{"UserName":"{{odd}}","DisplayName":"{{odd}}","Sessions":[{"Key":"{{odd}}","Address":"{{odd}}"},{"Key":"s","Address":"{{odd}}"}]}""");
        await WriteAsync(new StateKey("memberships", "local:1"), 0, $$"""{"Items":[{"Scope":"{{odd}}","Roles":["{{odd}}"]},{"Scope":"/i","Roles":["{{odd}}"]}],"Requests":[{"Scope":"{{odd}}"}]}""");
        await WriteAsync(new StateKey("session", "s"), 0, $$"""{"User":"{{odd}}","Scope":"{{odd}}"}""");
        await WriteAsync(new StateKey("oauth-client", "client:c"), 0, $$$"""{"Owners":["{{{odd}}}"],"Definition":{"Name":"{{{odd}}}"}}""");
        await WriteAsync(new StateKey("oauth-family", "family:f"), 0, $$$"""{"Authorization":{"Client":"{{{odd}}}","User":"{{{odd}}}","Session":"{{{odd}}}","Context":"{{{odd}}}"}}""");
        await WriteAsync(new StateKey("invitation", "i"), 0, $$"""{"Scope":"{{odd}}"}""");
        Assert.Equal(["local:1"], await RowsAsync("select key from user_index"));
        Assert.Equal(["/i"], await RowsAsync("select scope from member_index"));
    }

    [Fact]
    public async Task RowsFromBeforeTheLists_AreTakenUpByTheMigration()
    {
        await WriteAsync(new StateKey("user", "local:1"), 0, """{"UserName":"Alice","Sessions":[{"Key":"s1","Address":"::1"}]}""");
        await WriteAsync(new StateKey("user", "local:2"), 0, "no JSON");
        await WriteAsync(new StateKey("memberships", "local:1"), 0, """{"Items":[{"Scope":"/i","Roles":["VO-Admin"]}]}""");
        string[] indexes = ["user_index", "user_session_index", "member_index", "member_role_index"];
        foreach (var index in indexes)
        {
            await ExecuteAsync($"delete from {index}");
        }

        var script = Schema.SchemaScripts.Of(_host.Database.IsShared ? "PostgreSql" : "Sqlite").Single(script => script.Name.Contains("lists", StringComparison.Ordinal)).Sql;
        await ExecuteAsync(script[script.LastIndexOf(_host.Database.IsShared ? "select list_refresh" : "insert into list_refresh", StringComparison.Ordinal)..]);
        foreach (var index in indexes)
        {
            Assert.Single(await RowsAsync($"select * from {index}"));
        }
    }

    internal abstract Task<StoreHost> StartAsync();

    private async Task ExecuteAsync(string sql) => await _host.Database.WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(sql, transaction: transaction, cancellationToken: token)), default);

    private async Task<long> WriteAsync(StateKey key, long version, string payload) =>
        await _host.States.WriteAsync(key, version, Encoding.UTF8.GetBytes(payload), default);

    private protected async Task<string[]> RowsAsync(string sql) => await _host.Database.ReadAsync(
        async (connection, token) => (await connection.QueryAsync(new CommandDefinition(sql, cancellationToken: token)))
            .Select(row => string.Join('|', ((IDictionary<string, object?>)row).Values))
            .ToArray(),
        default);
}
