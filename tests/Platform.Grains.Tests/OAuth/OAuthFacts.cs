using System.Security.Cryptography;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Tests.OAuth;

/// <summary>Clients, scopes and authorizations for tests.</summary>
internal static class OAuthFacts
{
    /// <summary>A definition that names all that a redefinition may take away.</summary>
    public static ClientDefinition Definition { get; } = new()
    {
        Name = "A client",
        RedirectUris = ["https://client.example/callback", "https://client.example/other"],
        GrantTypes = ["authorization_code", "refresh_token", "client_credentials"],
        OAuthScopes = ["openid", "profile", "offline_access", "read"],
        Authentication = ClientAuthentication.SecretBasic,
        Secrets = [new ClientSecret(SecretHashing.Sha256, new string('a', 64), null)],
        Jwks = """{"keys":[]}""",
        Audiences = ["https://service.example"],
    };

    /// <summary>A name as secrets are made.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>A registered client under an id of its own.</summary>
    public static async Task<ClientSnapshot> NewClientAsync(this GrainNodes nodes)
    {
        var id = new ClientId($"client-{NewSecret()}");
        Assert.True(await nodes.Grains(0).Client(id).RegisterAsync(Definition));
        return (await nodes.Grains(0).Client(id).FindAsync())!;
    }

    /// <summary>A VO of its own that a user or a client is a member of.</summary>
    public static async Task<ScopeSnapshot> NewContextAsync(this GrainNodes nodes, UserKey member, params string[] roles)
    {
        var path = new ScopePath($"/x{NewSecret()[..16]}");
        await StateTransaction.RunAsync(
            nodes.States(0),
            async (transaction, token) =>
            {
                var state = await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, token) ?? new ScopeHierarchyState();
                var scope = new ScopeState { Path = path.Value, Epoch = state.LastEpoch + 1 };
                transaction.Set(StateNames.Scopes, ScopeHierarchyState.Key, state with { LastEpoch = scope.Epoch, Scopes = state.Scopes.Add(scope) });
                return true;
            },
            CancellationToken.None);
        await nodes.AdmitAsync(member, new Membership(path, [.. roles], null, null));
        return (await nodes.Grains(0).Scopes().FindAsync(path))!;
    }

    /// <summary>What a user gives a client, resting on what holds now.</summary>
    public static async Task<AuthorizationSnapshot> AuthorizeAsync(
        this GrainNodes nodes, UserKey user, ClientSnapshot client, ScopeSnapshot? context = null, SessionKey? session = null)
    {
        var grant = await nodes.Grains(0).UserGrants(user).GiveAsync(client.Id, ["openid", "read"], context?.Path);
        return new AuthorizationSnapshot
        {
            Client = client.Id,
            ClientEpoch = client.Epoch,
            User = user,
            UserEpoch = (await nodes.Grains(0).User(user).FindAsync())!.Epoch,
            GrantEpoch = grant.Epoch,
            Session = session,
            SessionHandle = session is null ? null : "handle",
            AuthenticatedAt = nodes.Time.GetUtcNow(),
            Acr = "urn:platform:password",
            OAuthScopes = ["openid", "read"],
            Context = context?.Path,
            ContextEpoch = context?.Epoch ?? 0,
            Audiences = ["https://service.example"],
            Nonce = "n-0S6_WzA2Mj",
            Claims = """{"userinfo":{"email":null}}""",
            DpopThumbprint = "thumbprint",
            AuthTimeRequested = true,
        };
    }

    /// <summary>What a family begins with, for an hour without use and a day in all.</summary>
    public static FamilyStart Start(this GrainNodes nodes, AuthorizationSnapshot authorization, string? refreshTokenHash = null) =>
        new(authorization, refreshTokenHash, TimeSpan.FromHours(1), nodes.Time.GetUtcNow().AddDays(1));

    /// <summary>A family that has started.</summary>
    public static async Task<FamilyId> NewFamilyAsync(this GrainNodes nodes, AuthorizationSnapshot authorization, string? refreshTokenHash = null)
    {
        var id = FamilyId.New();
        Assert.True(await nodes.Grains(0).TokenFamily(id).StartAsync(nodes.Start(authorization, refreshTokenHash)));
        return id;
    }

    /// <summary>What an access token of a family says that it hangs on.</summary>
    public static TokenGrounds Token(FamilyId family, AuthorizationSnapshot authorization) =>
        new($"t-{NewSecret()}", authorization.Client, authorization.ClientEpoch, family, authorization.Context, authorization.ContextEpoch);

    /// <summary>Whether there is a row.</summary>
    public static async Task<bool> HasRowAsync(this GrainNodes nodes, string type, string key) =>
        await nodes.States(0).ReadAsync(new StateKey(type, key), CancellationToken.None) is not null;

    /// <summary>Sweeps.</summary>
    public static Task SweepAsync(this GrainNodes nodes) => nodes.Grains(1).Sweeper().SweepAsync(CancellationToken.None);
}
