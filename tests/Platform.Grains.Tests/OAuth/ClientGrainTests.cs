using Platform.Grains.OAuth;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class ClientGrainTests(GrainNodes nodes)
{
    public static TheoryData<string> WhatTakesAway => [.. TakingAway.Keys];

    public static TheoryData<string> WhatTakesNothingAway => [.. Harmless.Keys];

    private static Dictionary<string, Func<ClientDefinition, ClientDefinition>> TakingAway { get; } = new()
    {
        ["the way of authentication"] = definition => definition with { Authentication = ClientAuthentication.SecretPost },
        ["keys"] = definition => definition with { Jwks = """{"keys":[{}]}""" },
        ["the keys' address"] = definition => definition with { JwksUri = null },
        ["a secret"] = definition => definition with { Secrets = [] },
        ["a redirect URI"] = definition => definition with { RedirectUris = ["https://client.example/callback"] },
        ["a grant"] = definition => definition with { GrantTypes = ["authorization_code"] },
        ["an OAuth scope"] = definition => definition with { OAuthScopes = ["openid"] },
        ["an audience"] = definition => definition with { Audiences = [] },
        ["trust"] = definition => definition with { Trusted = false },
        ["legacy"] = definition => definition with { Legacy = false },
    };

    private static Dictionary<string, Func<ClientDefinition, ClientDefinition>> Harmless { get; } = new()
    {
        ["a name"] = definition => definition with { Name = "Another name" },
        ["a second secret"] = definition => definition with
        {
            Secrets = definition.Secrets.Add(new ClientSecret(SecretHashing.Sha256, new string('b', 64), null)),
        },
        ["an end for a secret that another replaces"] = definition => definition with
        {
            Secrets = [definition.Secrets[0] with { EndsAt = DateTimeOffset.UnixEpoch }, new ClientSecret(SecretHashing.Sha256, new string('b', 64), null)],
        },
        ["another order"] = definition => definition with { RedirectUris = [.. definition.RedirectUris.Reverse()] },
        ["one more OAuth scope"] = definition => definition with { OAuthScopes = definition.OAuthScopes.Add("write") },
        ["nothing"] = definition => definition,
    };

    private static ClientDefinition Full { get; } = OAuthFacts.Definition with { JwksUri = "https://client.example/jwks", Trusted = true, Legacy = true };

    [Fact]
    public async Task Register_IsSeenOnEveryNode_WithAllThatWasGiven()
    {
        var client = await nodes.NewClientAsync();
        var found = (await nodes.Grains(1).Client(client.Id).FindAsync())!;
        Assert.Equal(ClientOrigin.Registered, found.Origin);
        Assert.False(found.Suspended);
        Assert.Equal<string>(OAuthFacts.Definition.RedirectUris, found.Definition.RedirectUris);
        Assert.Equal<ClientSecret>(OAuthFacts.Definition.Secrets, found.Definition.Secrets);
        Assert.Equal(OAuthFacts.Definition.Jwks, found.Definition.Jwks);
    }

    [Fact]
    public async Task Register_Repeated_IsTheSameClient_AndAnotherDefinitionIsRefused()
    {
        var client = await nodes.NewClientAsync();
        Assert.True(await nodes.Grains(1).Client(client.Id).RegisterAsync(OAuthFacts.Definition));
        Assert.False(await nodes.Grains(1).Client(client.Id).RegisterAsync(OAuthFacts.Definition with { Name = "Someone else" }));
        Assert.Equal(client.Epoch, (await nodes.Grains(0).Client(client.Id).FindAsync())!.Epoch);
    }

    [Fact]
    public async Task Register_ByManyAtOnce_IsOneClient()
    {
        var id = new ClientId($"client-{OAuthFacts.NewSecret()}");
        var registered = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            nodes.Grains(i % 2).Client(id).RegisterAsync(OAuthFacts.Definition with { Name = $"Client {i}" })));
        Assert.Single(registered, made => made);
    }

    [Theory, MemberData(nameof(WhatTakesAway))]
    public async Task Redefine_ThatTakesAway_EndsTokens(string what) =>
        Assert.NotEqual(0, await EpochsAfterAsync(TakingAway[what]));

    [Theory, MemberData(nameof(WhatTakesNothingAway))]
    public async Task Redefine_ThatTakesNothingAway_KeepsTokens(string what) =>
        Assert.Equal(0, await EpochsAfterAsync(Harmless[what]));

    [Fact]
    public async Task Suspended_ItsTokensEnd_AndDoNotComeBack()
    {
        var client = await nodes.NewClientAsync();
        Assert.True(await nodes.Grains(0).Client(client.Id).SetSuspendedAsync(true));
        Assert.True(await nodes.Grains(1).Client(client.Id).SetSuspendedAsync(true));
        var suspended = (await nodes.Grains(1).Client(client.Id).FindAsync())!;
        Assert.True(suspended.Suspended);
        Assert.Equal(client.Epoch + 1, suspended.Epoch);
        Assert.True(await nodes.Grains(1).Client(client.Id).SetSuspendedAsync(false));
        var again = (await nodes.Grains(0).Client(client.Id).FindAsync())!;
        Assert.False(again.Suspended);
        Assert.Equal(client.Epoch + 1, again.Epoch);
    }

    [Fact]
    public async Task Deleted_ItLeavesNoRow_AndItsSuccessorHasAnotherEpoch()
    {
        var client = await nodes.NewClientAsync();
        Assert.True(await nodes.Grains(0).Client(client.Id).DeleteAsync());
        Assert.False(await nodes.Grains(1).Client(client.Id).DeleteAsync());
        Assert.False(await nodes.HasRowAsync("oauth-client", client.Id.GrainKey));
        Assert.Null(await nodes.Grains(1).Client(client.Id).FindAsync());
        Assert.True(await nodes.Grains(1).Client(client.Id).RegisterAsync(OAuthFacts.Definition));
        Assert.NotEqual(client.Epoch, (await nodes.Grains(0).Client(client.Id).FindAsync())!.Epoch);
    }

    [Fact]
    public async Task Unknown_NothingChangesIt()
    {
        var unknown = nodes.Grains(0).Client(new ClientId($"unknown-{OAuthFacts.NewSecret()}"));
        Assert.Null(await unknown.FindAsync());
        Assert.False(await unknown.RedefineAsync(OAuthFacts.Definition));
        Assert.False(await unknown.SetSuspendedAsync(true));
        Assert.False(await unknown.DeleteAsync());
    }

    [Fact]
    public async Task IdsThatReadAsNumbers_AreApart()
    {
        var definition = OAuthFacts.Definition;
        var suffix = OAuthFacts.NewSecret()[..6];
        Assert.True(await nodes.Grains(0).Client(new ClientId(suffix)).RegisterAsync(definition with { Name = "one" }));
        Assert.True(await nodes.Grains(1).Client(new ClientId("00" + suffix)).RegisterAsync(definition with { Name = "other" }));
        Assert.Equal("one", (await nodes.Grains(1).Client(new ClientId(suffix)).FindAsync())!.Definition.Name);
    }

    private async Task<long> EpochsAfterAsync(Func<ClientDefinition, ClientDefinition> change)
    {
        var id = new ClientId($"client-{OAuthFacts.NewSecret()}");
        Assert.True(await nodes.Grains(0).Client(id).RegisterAsync(Full));
        var before = (await nodes.Grains(0).Client(id).FindAsync())!;
        Assert.True(await nodes.Grains(1).Client(id).RedefineAsync(change(Full)));
        Assert.True(await nodes.Grains(1).Client(id).RedefineAsync(change(Full)));
        var after = (await nodes.Grains(0).Client(id).FindAsync())!;
        Assert.Equal(change(Full).Name, after.Definition.Name);
        return after.Epoch - before.Epoch;
    }
}
