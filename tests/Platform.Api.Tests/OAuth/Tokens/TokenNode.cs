using System.Buffers.Text;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Keys;
using Platform.Api.Tests.Support;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.Tests.OAuth.Tokens;

/// <summary>A node with clients of every kind; codes and device codes are made as the pages make them.</summary>
public sealed class TokenNode : IAsyncLifetime
{
    public const string Issuer = "http://127.0.0.1";
    public const string Callback = "https://client.example/callback";
    public const string ServiceSecret = "the secret of the service, generated";
    public const string ChosenSecret = "a secret that a person chose";
    public const string Web = "web", Public = "public", Service = "service", Other = "other", Chosen = "chosen", Legacy = "legacy", Exchange = "exchange", Viewer = "viewer", Device = "device";

    internal ApiNode Node { get; private set; } = null!;

    internal IPlatformGrains Grains => Node.Services.GetRequiredService<IPlatformGrains>();

    internal IOAuthCheck Check => Node.Services.GetRequiredService<IOAuthCheck>();

    public Task InitializeAsync() => StartAsync(null);

    internal async Task StartAsync(Action<IServiceCollection>? adjust, IReadOnlyDictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?> { ["OAuth:RequestsPerSecond"] = "100000", ["OAuth:RequestBurst"] = "100000", ["Sessions:Limit"] = "1000" };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            settings[name] = value;
        }

        Node = await ApiNode.StartAsync(settings, adjust);
        ImmutableArray<string> all = [.. OAuthScopes.Fixed, OAuthScopes.AnyContext];
        var web = new ClientDefinition
        {
            Name = "Web",
            RedirectUris = [Callback],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
            OAuthScopes = all,
            Audiences = ["https://api.example"],
            Authentication = ClientAuthentication.SecretBasic,
            Secrets = [Sha256(ServiceSecret)],
        };
        await MakeAsync(Web, web);
        await MakeAsync(Public, web with { Authentication = ClientAuthentication.None, Secrets = [] });
        await MakeAsync(Viewer, web with { Trusted = true });
        var service = web with { RedirectUris = [], GrantTypes = [GrantTypes.ClientCredentials], OAuthScopes = ["read", "write", OAuthScopes.AnyContext] };
        await MakeAsync(Service, service);
        await MakeAsync(Other, service with { Authentication = ClientAuthentication.SecretPost });
        await MakeAsync(Chosen, service with { Secrets = [new ClientSecret(SecretHashing.Password, Api.Users.Passwords.PasswordHash.Create(ChosenSecret, 1000).ToString(), null)] });
        await MakeAsync(Legacy, web with { GrantTypes = [GrantTypes.Password, GrantTypes.RefreshToken], Legacy = true });
        await MakeAsync(Exchange, service with { GrantTypes = [GrantTypes.TokenExchange], OAuthScopes = all });
        await MakeAsync(Device, web with { GrantTypes = [GrantTypes.DeviceCode], Authentication = ClientAuthentication.None, Secrets = [] });
        var member = new NewMember(new ClientId(Service).AsMember.ToString()) { Roles = [Roles.DataManager] };
        var added = await Node.Services.GetRequiredService<MemberAdministration>().AddAsync(
            AdministrationActor.Operator("test"), new ScopePath(TestData.AquaMaps), member, CancellationToken.None);
        Assert.True(added.IsDone);
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    internal static ClientSecret Sha256(string secret) => new(SecretHashing.Sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), null);

    internal async Task<ClientId> MakeAsync(string id, ClientDefinition definition)
    {
        Assert.True(await Grains.Client(new ClientId(id)).RegisterAsync(definition));
        return new ClientId(id);
    }

    /// <summary>What a user allows a client, in a new session of theirs.</summary>
    internal async Task<(AuthorizationSnapshot Authorization, string SessionId)> AllowAsync(string client, string oauthScopes, string user = "alice", string? context = null, bool bound = true)
    {
        var id = await Node.LogInAsync(user);
        Assert.True(SessionId.TryParse(id, out var sessionId));
        var live = (await Node.Services.GetRequiredService<ISessionCheck>().FindLiveAsync(SessionKey.FromId(sessionId), CancellationToken.None))!;
        ImmutableArray<string> names = [.. oauthScopes.Split(' ')];
        ScopePath? path = context is null ? null : new ScopePath(context);
        var grant = await Grains.UserGrants(live.User.Key).GiveAsync(new ClientId(client), names, path);
        var snapshot = (await Check.DescribeClientAsync(new ClientId(client), CancellationToken.None))!;
        return (new AuthorizationSnapshot
        {
            Client = snapshot.Id,
            ClientEpoch = snapshot.Epoch,
            User = live.User.Key,
            UserEpoch = live.User.Epoch,
            GrantEpoch = grant.Epoch,
            Session = bound ? live.Session.Key : null,
            SessionHandle = live.Session.Handle,
            AuthenticatedAt = live.Session.StartedAt,
            Acr = AuthenticationContexts.Password,
            OAuthScopes = names,
            Context = path,
            ContextEpoch = path is { } scope ? live.Access.Scopes.Find(scope)!.Epoch : 0,
            Nonce = "the nonce",
        }, id);
    }

    /// <summary>A code, and the verifier that belongs to it.</summary>
    internal async Task<(string Code, string Verifier)> CodeAsync(AuthorizationSnapshot authorization, bool withPkce = true)
    {
        var code = Random(32);
        var verifier = Random(32);
        var challenge = withPkce ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) : null;
        var endsAt = Node.Time.GetUtcNow() + TimeSpan.FromSeconds(60);
        await Grains.AuthorizationCode(SecretKey.FromSecret(code)).IssueAsync(new CodeSnapshot(authorization, Callback, true, challenge, endsAt));
        return (code, verifier);
    }

    internal Task<HttpResponseMessage> TokenAsync(string client, Dictionary<string, string> form, params string[] headers) => PostAsync("/oauth/token", client, form, headers);

    /// <summary>Posts as a client, in the client's way.</summary>
    internal Task<HttpResponseMessage> PostAsync(string path, string client, Dictionary<string, string> form, params string[] headers)
    {
        switch (client)
        {
            case Public or Device:
                form["client_id"] = client;
                return Node.PostAsync(path, form, headers);
            case Other:
                form["client_id"] = client;
                form["client_secret"] = ServiceSecret;
                return Node.PostAsync(path, form, headers);
            default:
                return Node.PostAsync(path, form, [.. headers, "Authorization: " + Calls.Basic(client, client == Chosen ? Uri.EscapeDataString(ChosenSecret) : Uri.EscapeDataString(ServiceSecret))]);
        }
    }

    internal Task<HttpResponseMessage> RedeemAsync(string client, string code, string? verifier, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.AuthorizationCode, ["code"] = code, ["redirect_uri"] = Callback };
        if (verifier is not null)
        {
            form["code_verifier"] = verifier;
        }

        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        return TokenAsync(client, form);
    }

    internal Task<HttpResponseMessage> RefreshAsync(string client, string refreshToken, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = GrantTypes.RefreshToken, ["refresh_token"] = refreshToken };
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        return TokenAsync(client, form);
    }

    /// <summary>All tokens of a user, by a code.</summary>
    internal async Task<(JsonElement Tokens, AuthorizationSnapshot Authorization, string SessionId)> TokensAsync(
        string client, string oauthScopes, string user = "alice", string? context = null, bool bound = true)
    {
        var (authorization, session) = await AllowAsync(client, oauthScopes, user, context, bound);
        var (code, verifier) = await CodeAsync(authorization);
        return (await RedeemAsync(client, code, verifier).JsonAsync(), authorization, session);
    }

    internal async Task<JsonElement> ServiceTokenAsync(string oauthScopes = "read", params string[] headers) =>
        await TokenAsync(Service, new() { ["grant_type"] = GrantTypes.ClientCredentials, ["scope"] = oauthScopes }, headers).JsonAsync();

    internal Task<JsonElement> IntrospectAsync(string token, string client = Service) => PostAsync("/oauth/introspect", client, new() { ["token"] = token }).JsonAsync();

    internal async Task<bool> IsActiveAsync(string token) => (await IntrospectAsync(token)).GetProperty("active").GetBoolean();

    /// <summary>The claims of a token that the platform signed.</summary>
    internal async Task<JsonElement> ClaimsAsync(string token, string type)
    {
        var payload = await Node.Services.GetRequiredService<JwtSigner>().VerifyAsync(token, type, CancellationToken.None);
        Assert.NotNull(payload);
        using var document = JsonDocument.Parse(payload);
        return document.RootElement.Clone();
    }

    internal static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}

/// <summary>What the tests of tokens ask of answers.</summary>
internal static class OAuthAnswers
{
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static bool Has(this JsonElement json, string name) => json.TryGetProperty(name, out _);

    /// <summary>The <c>error</c> of an answer, which has to be RFC 6749 JSON that no cache keeps.</summary>
    public static async Task<string> ErrorAsync(this Task<HttpResponseMessage> answer, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}, not {(int)status}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        using var document = JsonDocument.Parse(text);
        Assert.NotEmpty(document.RootElement.GetProperty("error_description").GetString()!);
        return document.RootElement.GetProperty("error").GetString()!;
    }
}

[CollectionDefinition(Name)]
public sealed class TokenCollection : ICollectionFixture<TokenNode>
{
    public const string Name = "tokens";
}
