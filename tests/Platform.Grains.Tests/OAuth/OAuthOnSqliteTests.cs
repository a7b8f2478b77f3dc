#if !ENGINE_ORLEANS
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Users;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Tests.Hosts;
using Platform.Silo;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Grains.Tests.OAuth;

/// <summary>The same on one node with a SQLite file; Orleans is on PostgreSQL alone.</summary>
public sealed class OAuthOnSqliteTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ShiftedTime _time = new();
    private IHost _host = null!;

    private IPlatformGrains Grains => _host.Services.GetRequiredService<IPlatformGrains>();

    public async Task InitializeAsync()
    {
        var key = _folder.File("key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Path"] = _folder.File("platform.db"),
            ["DataProtection:KeyFile"] = key,
        });
        builder.AddPlatformEngine();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
        builder.Services.AddSingleton<IPasswords, TestPasswords>();
        builder.Services.AddSingleton<IClientRules, TestClientRules>();
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Code_Family_Check_Revocation_AndSweeping()
    {
        var check = _host.Services.GetRequiredService<IOAuthCheck>();
        var made = await _host.Services.GetRequiredService<UserAdministration>().CreateAsync(
            GrainNodes.Operator, new NewUser("someone", null, null, "a password"), CancellationToken.None);
        var user = made.Value!.Key;
        var id = new ClientId("client");
        Assert.True(await Grains.Client(id).RegisterAsync(OAuthFacts.Definition));
        var client = (await check.FindClientAsync(id, CancellationToken.None))!.Client;
        var grant = await Grains.UserGrants(user).GiveAsync(id, ["openid"], null);
        var authorization = new AuthorizationSnapshot { Client = id, ClientEpoch = client.Epoch, User = user, GrantEpoch = grant.Epoch };

        var code = SecretKey.FromSecret("code");
        await Grains.AuthorizationCode(code).IssueAsync(new CodeSnapshot(authorization, "", false, null, _time.GetUtcNow().AddMinutes(1)));
        var uses = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Grains.AuthorizationCode(code).RedeemAsync($"{i}")));
        Assert.Single(uses, CodeRedemption.Accepted);

        var family = FamilyId.FromCode("code");
        Assert.True(await Grains.TokenFamily(family).StartAsync(new FamilyStart(authorization, null, TimeSpan.FromHours(1), _time.GetUtcNow().AddHours(1))));
        var token = OAuthFacts.Token(family, authorization);
        Assert.NotNull(await check.FindLiveAsync(token, CancellationToken.None));
        await Grains.RevokedToken(token.TokenId).RevokeAsync(_time.GetUtcNow().AddHours(1));
        Assert.Null(await check.FindLiveAsync(token, CancellationToken.None));
        token = token with { TokenId = "another" };
        Assert.NotNull(await check.FindLiveAsync(token, CancellationToken.None));
        await Grains.UserGrants(user).WithdrawAsync(id);
        Assert.Null(await check.FindLiveAsync(token, CancellationToken.None));

        _time.Advance(TimeSpan.FromHours(2));
        await Grains.Sweeper().SweepAsync(CancellationToken.None);
        var states = _host.Services.GetRequiredService<IStateStore>();
        foreach (var type in new[] { "oauth-code", "oauth-family", "oauth-revoked" })
        {
            Assert.Empty(await states.ListAsync(type, null, 10, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Keys_AndUsedNames()
    {
        var ring = _host.Services.GetRequiredService<IKeyRing>();
        var rings = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ring.ReadAsync(CancellationToken.None).AsTask()));
        Assert.Single(rings.Select(snapshot => snapshot.Signing("ES256").Id).Distinct());

        var names = _host.Services.GetRequiredService<IUsedNames>();
        var used = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => names.TryUseAsync("name", _time.GetUtcNow().AddMinutes(1), CancellationToken.None).AsTask()));
        Assert.Single(used, first => first);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await names.TryUseAsync("name", _time.GetUtcNow().AddMinutes(1), CancellationToken.None));
    }
}
#endif
