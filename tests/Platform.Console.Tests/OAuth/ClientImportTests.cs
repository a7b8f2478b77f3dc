using System.Text;
using Platform.Api.Scopes.Import;
using Platform.Console.Tests.Support;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Scopes.Import;
using Platform.Storage;

namespace Platform.Console.Tests.OAuth;

/// <summary>Clients by file: beside scopes and memberships, all or nothing, secrets never kept; the same on both databases.</summary>
public abstract class ClientImportTests(TestDatabase database) : IAsyncLifetime
{
    private const string Service = """
        scopes: [{scope: /a}, {scope: /a/b}]
        clients:
          - client_id: service
            client_name: A service
            client_secret: planted-secret-of-the-service
            grant_types: [client_credentials]
            scope: read write d4s-context:*
            access_token_lifetime: 600
          - client_id: public
            token_endpoint_auth_method: none
            redirect_uris: ['https://app.example/cb', 'http://127.0.0.1/cb']
            scope: openid read
        memberships:
          - client: service
            scope: /a/b
            roles: [Data-Manager]
        """;

    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        _node = await TestNode.StartAsync(database);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task ClientsComeWithScopesAndMemberships_AndASecondTimeChangesNothing()
    {
        Assert.Equal(5, (await ImportAsync(Service)).Changes.Count);
        var service = await FindAsync("service");
        Assert.Equal(("A service", ClientAuthentication.SecretBasic, TimeSpan.FromMinutes(10)), (service!.Definition.Name, service.Definition.Authentication, service.Definition.AccessTokenLifetime!.Value));
        Assert.Equal(["read", "write", "d4s-context:*"], service.Definition.OAuthScopes.AsEnumerable());
        Assert.Equal("public", (await FindAsync("public"))!.Definition.Name);
        Assert.Equal("client:service", Assert.Single((await ExportAsync()).Memberships).User);

        Assert.Empty((await ImportAsync(Service)).Changes);
        Assert.Equal(service.Definition.Secrets[0], (await FindAsync("service"))!.Definition.Secrets[0]);
    }

    [Fact]
    public async Task SecretsAreKeptAsPasswordHashes_InNoRowNoAuditAndNoExport()
    {
        await ImportAsync(Service);
        Assert.StartsWith("$pbkdf2-sha512$", (await FindAsync("service"))!.Definition.Secrets[0].Hash, StringComparison.Ordinal);
        var rows = Encoding.UTF8.GetString((await _node.States.ReadAsync(new StateKey(StateNames.Client, "client:service"), CancellationToken.None))!.Payload.Span);
        Assert.DoesNotContain("planted-secret", rows, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", ScopeFileWriter.Write(await ExportAsync(), ScopeFileFormat.Yaml, voms: false), StringComparison.Ordinal);
        await foreach (var record in _node.Reader.ListAsync(new AuditFilter(null, null, null, null), CancellationToken.None))
        {
            Assert.DoesNotContain("planted-secret", record.Entry.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnotherSecret_OrLess_EndsTokens_AndMoreDoesNot()
    {
        await ImportAsync(Service);
        var before = (await FindAsync("service"))!.Epoch;
        await ImportAsync("clients: [{client_id: service, client_name: Another, scope: read write openid 'd4s-context:*'}]".Replace("read write openid 'd4s-context:*'", "\"read write openid d4s-context:*\"", StringComparison.Ordinal));
        Assert.Equal(before, (await FindAsync("service"))!.Epoch);
        await ImportAsync("clients: [{client_id: service, client_secret: another secret}]");
        var changed = (await FindAsync("service"))!.Epoch;
        Assert.True(changed > before);
        await ImportAsync("clients: [{client_id: service, scope: read}]");
        var less = (await FindAsync("service"))!.Epoch;
        Assert.True(less > changed);
        await ImportAsync("clients: [{client_id: service, suspended: true}]");
        var suspended = await FindAsync("service");
        Assert.True(suspended!.Suspended && suspended.Epoch > less);
        await ImportAsync("clients: [{client_id: service, suspended: false}]");
        Assert.False((await FindAsync("service"))!.Suspended);
    }

    [Fact]
    public async Task Removing_TakesTheMembershipsToo()
    {
        await ImportAsync(Service);
        Assert.Equal(2, (await ImportAsync("clients: [{client_id: service, remove: true}]")).Changes.Count);
        Assert.Null(await FindAsync("service"));
        Assert.Empty((await ExportAsync()).Memberships);
        Assert.Empty((await ImportAsync("clients: [{client_id: service, remove: true}]")).Changes);
    }

    [Fact]
    public async Task AllFaultsAtOnce_WithTheirPlaces_AndNothingIsImported()
    {
        const string Text = """
            clients:
              - client_id: a b
              - client_id: one
                redirect_uris: ['http://evil.example/', 'https://x/#f', 'javascript:alert(1)']
                grant_types: [authorization_code, nonsense]
                scope: read everything
                client_secret: secret
                access_token_lifetime: -1
                jwks: {keys: []}
                unknown: 1
              - client_id: two
                token_endpoint_auth_method: none
                grant_types: [client_credentials, password]
                client_secret: planted-secret
              - client_id: two
              - client_id: three
                token_endpoint_auth_method: private_key_jwt
                grant_types: []
                trusted: perhaps
                client_secret_hashes: [nonsense]
              - client_id: gone
                remove: true
                client_name: x
            memberships:
              - {client: absent, scope: /a}
              - {client: one, user: alice, scope: /a}
            """;
        var file = ScopeFile.Read(Encoding.UTF8.GetBytes(Text), null);
        var outcome = await _node.Importer.ImportAsync(file.Content, new ImportOptions("console:test", CheckOnly: true), CancellationToken.None);
        var problems = file.Problems.Concat(outcome.Problems).ToList();
        var paths = problems.Select(problem => problem.Place.Path).ToHashSet();
        foreach (var expected in new[]
        {
            "clients[0].client_id", "clients[1].redirect_uris", "clients[1].grant_types", "clients[1].scope", "clients[1].access_token_lifetime", "clients[1].jwks",
            "clients[1].unknown", "clients[2].grant_types", "clients[2].client_secret", "clients[3].client_id", "clients[4].trusted",
            "clients[4].client_secret_hashes[0]", "clients[5].client_name", "memberships[0].client", "memberships[1].client",
        })
        {
            Assert.True(paths.Contains(expected), $"{expected} is not among {string.Join('\n', problems)}");
        }

        Assert.Equal(3, problems.Count(problem => problem.Place.Path == "clients[1].redirect_uris"));
        Assert.Equal(4, problems.Single(problem => problem.Place.Path == "clients[1].unknown").Place.Line - problems.Single(problem => problem.Place.Path == "clients[1].scope").Place.Line);
        Assert.DoesNotContain(problems, problem => problem.Message.Contains("planted-secret", StringComparison.Ordinal));
        Assert.Empty(outcome.Changes);
        Assert.Empty((await ExportAsync()).Clients);
    }

    [Fact]
    public async Task Export_ImportsToTheSame_OverAnyOtherState()
    {
        await ImportAsync(Service);
        await ImportAsync("""
            clients:
              - client_id: everything
                client_name: "Ünïcode <b>&\"quotes\"</b>"
                client_uri: https://e.example/
                contacts: [a@e.example]
                application_type: native
                redirect_uris: ['com.example.app:/cb']
                post_logout_redirect_uris: ['https://e.example/out']
                grant_types: [authorization_code, refresh_token, 'urn:ietf:params:oauth:grant-type:device_code']
                scope: openid profile offline_access d4s-context:/a
                token_endpoint_auth_method: private_key_jwt
                jwks: {keys: [{kty: EC, crv: P-256, kid: "1", x: f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU, y: x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0}]}
                audiences: ['https://api.example/']
                require_pkce: false
                require_pushed_authorization_requests: true
                dpop_bound_access_tokens: true
                id_token_signed_response_alg: RS256
                subject_type: pairwise
                backchannel_logout_uri: https://e.example/bc
                origins: ['https://e.example']
                default_max_age: 60
                requests_per_second: 5
                request_burst: 6
                refresh_token_lifetime: 3600
                suspended: true
            """);
        foreach (var format in new[] { ScopeFileFormat.Json, ScopeFileFormat.Yaml })
        {
            var text = ScopeFileWriter.Write(await ExportAsync(), format, voms: false);
            var same = await ImportAsync(text);
            Assert.True(same.Changes.Count == 0, string.Join('\n', same.Changes));
            await ImportAsync("clients: [{client_id: everything, remove: true}, {client_id: service, remove: true}, {client_id: public, client_name: changed, trusted: true, redirect_uris: ['https://other.example/']}]");
            await ImportAsync(text);
            Assert.Equal(text, ScopeFileWriter.Write(await ExportAsync(), format, voms: false));
        }
    }

    [Fact]
    public async Task DocumentsOfARemovedScope_GoWithIt()
    {
        await ImportAsync("scopes: [{scope: /a}, {scope: /a/b}, {scope: /a/b-2}]");
        foreach (var key in new[] { "/a:x", "/a/b:x", "/a/b:y/z", "/a/b-2:x" })
        {
            await _node.States.WriteAsync(new StateKey(StateNames.Resource, key), 0, "{}"u8.ToArray(), CancellationToken.None);
        }

        await ImportAsync("scopes: [{scope: /a/b, remove: true}]");
        var left = await _node.States.ListAsync(StateNames.Resource, null, 10, CancellationToken.None);
        Assert.Equal(["/a/b-2:x", "/a:x"], left.Select(row => row.Key.Key));
    }

    private async Task<ImportOutcome> ImportAsync(string text)
    {
        var file = ScopeFile.Read(Encoding.UTF8.GetBytes(text), null);
        Assert.Empty(file.Problems);
        var outcome = await _node.Importer.ImportAsync(file.Content, new ImportOptions("console:test"), CancellationToken.None);
        Assert.Empty(outcome.Problems);
        return outcome;
    }

    private Task<ScopeExport> ExportAsync() => _node.Exporter.ExportAsync(CancellationToken.None);

    private async Task<ClientSnapshot?> FindAsync(string id)
    {
        var row = await _node.States.ReadAsync(new StateKey(StateNames.Client, $"client:{id}"), CancellationToken.None);
        return row is null ? null : StateSerializer.Deserialize<ClientState>(row.Payload.Span).ToSnapshot(new ClientId(id));
    }
}

/// <summary>On SQLite.</summary>
public sealed class SqliteClientImportTests() : ClientImportTests(new SqliteTestDatabase());

/// <summary>On PostgreSQL.</summary>
public sealed class PostgreSqlClientImportTests() : ClientImportTests(new PostgreSqlTestDatabase());
