using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class UserGrantsTests(GrainNodes nodes)
{
    private static readonly ClientId Client = new("client");
    private static readonly ScopePath Context = new("/infra/vo");

    [Fact]
    public async Task Given_ItAddsUp_PerContext()
    {
        var user = await nodes.NewUserAsync();
        var first = await nodes.Grains(0).UserGrants(user).GiveAsync(Client, ["openid", "email"], null);
        var second = await nodes.Grains(1).UserGrants(user).GiveAsync(Client, ["profile", "openid"], null);
        await nodes.Grains(1).UserGrants(user).GiveAsync(Client, ["read"], Context);
        Assert.Equal(first.Epoch, second.Epoch);
        var grant = (await nodes.Grains(0).UserGrants(user).FindAsync()).Find(Client)!;
        Assert.Equal([null, Context], grant.Consents.Select(consent => consent.Context));
        Assert.Equal<string>(["email", "openid", "profile"], grant.Consents[0].OAuthScopes);
        Assert.True(grant.Covers(["openid", "email"], null));
        Assert.False(grant.Covers(["openid", "read"], null));
        Assert.True(grant.Covers(["read"], Context));
        Assert.False(grant.Covers(["openid"], Context));
    }

    [Fact]
    public async Task GivenByManyAtOnce_NothingIsLost()
    {
        var user = await nodes.NewUserAsync();
        var grants = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => nodes.Grains(i % 2).UserGrants(user).GiveAsync(Client, [$"scope{i}"], null)));
        Assert.Single(grants.Select(grant => grant.Epoch).Distinct());
        Assert.Equal(12, Assert.Single((await nodes.Grains(1).UserGrants(user).FindAsync()).Find(Client)!.Consents).OAuthScopes.Length);
    }

    [Fact]
    public async Task GivenWithoutOAuthScopes_ItIsAGrantWithoutConsent()
    {
        var user = await nodes.NewUserAsync();
        var grant = await nodes.Grains(0).UserGrants(user).GiveAsync(Client, [], null);
        Assert.Empty(grant.Consents);
        Assert.False(grant.Covers(["openid"], null));
        Assert.Equal(grant.Epoch, (await nodes.Grains(1).UserGrants(user).GiveAsync(Client, [], null)).Epoch);
    }

    [Fact]
    public async Task Withdrawn_AndGivenAgain_ItIsAnother()
    {
        var user = await nodes.NewUserAsync();
        var before = await nodes.Grains(0).UserGrants(user).GiveAsync(Client, ["openid"], null);
        var other = await nodes.Grains(0).UserGrants(user).GiveAsync(new ClientId("other"), ["openid"], null);
        Assert.True(await nodes.Grains(1).UserGrants(user).WithdrawAsync(Client));
        Assert.False(await nodes.Grains(0).UserGrants(user).WithdrawAsync(Client));
        Assert.Null((await nodes.Grains(0).UserGrants(user).FindAsync()).Find(Client));
        Assert.Equal(other.Epoch, (await nodes.Grains(0).UserGrants(user).FindAsync()).Find(new ClientId("other"))!.Epoch);
        var after = await nodes.Grains(0).UserGrants(user).GiveAsync(Client, ["openid"], null);
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.NotEqual(other.Epoch, after.Epoch);
    }

    [Fact]
    public async Task PersonalTokens_AreListed_UpToTheLimit_AndEndByTheirHandle()
    {
        var user = await nodes.NewUserAsync();
        var tokens = Enumerable.Range(0, 3).Select(i => Token($"handle {i}")).ToList();
        Assert.True(await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(tokens[0], 2));
        Assert.True(await nodes.Grains(1).UserGrants(user).AddPersonalTokenAsync(tokens[1], 2));
        Assert.True(await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(tokens[1], 2));
        Assert.False(await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(tokens[2], 2));
        Assert.Equal(tokens[..2], (await nodes.Grains(1).UserGrants(user).FindAsync()).PersonalTokens);
        Assert.False(await nodes.HasRowAsync("oauth-personal", tokens[2].Key.Value));

        Assert.True(await nodes.Grains(1).UserGrants(user).EndPersonalTokenAsync("handle 0"));
        Assert.False(await nodes.Grains(0).UserGrants(user).EndPersonalTokenAsync("handle 0"));
        Assert.False(await nodes.HasRowAsync("oauth-personal", tokens[0].Key.Value));
        Assert.True(await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(tokens[2], 2));
    }

    [Fact]
    public async Task PersonalTokensThatAreOver_TakeNoPlace()
    {
        var user = await nodes.NewUserAsync();
        Assert.True(await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(Token("old"), 1));
        nodes.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(await nodes.Grains(1).UserGrants(user).AddPersonalTokenAsync(Token("new"), 1));
        Assert.Equal("new", Assert.Single((await nodes.Grains(0).UserGrants(user).FindAsync()).PersonalTokens).Handle);
    }

    private PersonalToken Token(string handle)
    {
        var now = nodes.Time.GetUtcNow();
        return new(SecretKey.FromSecret(OAuthFacts.NewSecret()), handle, "my old service", Context, 1, 2, now, now.AddHours(1));
    }
}
