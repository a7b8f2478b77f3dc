using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Check;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Tests.OAuth;

/// <summary>
/// Whatever a token hangs on is taken away on one node; the other, which said yes a moment before and remembers all of it, says no at
/// its next look (invariant 2).
/// </summary>
[Collection(GrainNodesTests.Name)]
public sealed class OAuthCheckTests(GrainNodes nodes)
{
    public static TheoryData<string> Ends => [.. EndsOfUserTokens.Keys];

    /// <summary>What ends every token of an authorization.</summary>
    private static Dictionary<string, Func<GrainNodes, Given, Task>> EndsOfUserTokens { get; } = new()
    {
        ["user disabled"] = (nodes, given) => nodes.SetDisabledAsync(given.User, true),
        ["user disabled and enabled"] = async (nodes, given) =>
        {
            await nodes.SetDisabledAsync(given.User, true);
            await nodes.SetDisabledAsync(given.User, false);
        },
        ["new password"] = (nodes, given) => nodes.Users(0).SetPasswordAsync(GrainNodes.Operator, given.User.ToString(), "another password", null, CancellationToken.None),
        ["all sessions ended"] = (nodes, given) => nodes.Grains(0).User(given.User).EndAllSessionsAsync(),
        ["session ended"] = (nodes, given) => nodes.Grains(0).Session(given.Session).EndAsync(),
        ["session forgotten by its user"] = async (nodes, given) => await nodes.Grains(0).User(given.User).ForgetSessionAsync(
            Assert.Single((await nodes.Grains(0).User(given.User).FindAsync())!.Sessions).Handle),
        ["session idle"] = (nodes, _) =>
        {
            nodes.Time.Advance(TimeSpan.FromMinutes(31));
            return Task.CompletedTask;
        },
        ["client suspended"] = (nodes, given) => nodes.Grains(0).Client(given.Client.Id).SetSuspendedAsync(true),
        ["client suspended and let in again"] = async (nodes, given) =>
        {
            await nodes.Grains(0).Client(given.Client.Id).SetSuspendedAsync(true);
            await nodes.Grains(0).Client(given.Client.Id).SetSuspendedAsync(false);
        },
        ["client lost a grant"] = (nodes, given) => nodes.Grains(0).Client(given.Client.Id).RedefineAsync(given.Client.Definition with { GrantTypes = [] }),
        ["client deleted"] = (nodes, given) => nodes.Grains(0).Client(given.Client.Id).DeleteAsync(),
        ["client deleted and made anew"] = async (nodes, given) =>
        {
            await nodes.Grains(0).Client(given.Client.Id).DeleteAsync();
            await nodes.Grains(0).Client(given.Client.Id).RegisterAsync(given.Client.Definition);
        },
        ["consent withdrawn"] = (nodes, given) => nodes.Grains(0).UserGrants(given.User).WithdrawAsync(given.Client.Id),
        ["consent withdrawn and given again"] = async (nodes, given) =>
        {
            await nodes.Grains(0).UserGrants(given.User).WithdrawAsync(given.Client.Id);
            await nodes.Grains(0).UserGrants(given.User).GiveAsync(given.Client.Id, ["openid", "read"], given.Context.Path);
        },
        ["membership removed"] = (nodes, given) => nodes.ExpelAsync(given.User, given.Context.Path),
        ["membership over"] = async (nodes, given) =>
        {
            await nodes.AdmitAsync(given.User, new Membership(given.Context.Path, [], nodes.Time.GetUtcNow().AddMinutes(1), null));
            nodes.Time.Advance(TimeSpan.FromMinutes(1));
        },
        ["context suspended"] = (nodes, given) => nodes.SuspendAsync(given.Context.Path),
        ["context suspended and reopened"] = async (nodes, given) =>
        {
            await nodes.SuspendAsync(given.Context.Path);
            await nodes.ReopenAsync(given.Context.Path);
        },
    };

    [Fact]
    public async Task Token_WhoseGroundsHold_IsLive_WithAllThatItHangsOn()
    {
        var given = await GivenAsync();
        for (var node = 0; node < 2; node++)
        {
            var live = (await LiveAsync(node, given.Token))!;
            Assert.Equal(given.User, live.User!.Key);
            Assert.Equal(given.Client.Id, live.Client.Id);
            Assert.Equal(given.Session, live.Session!.Session.Key);
            Assert.Equal(given.Family, live.Family!.Id);
            Assert.Equal(given.Context.Path, live.Context!.Path);
            Assert.Equal([Roles.DataManager, Roles.Member], live.Roles);
            Assert.Equal(given.Authorization.GrantEpoch, live.Authorization!.GrantEpoch);
        }
    }

    [Theory, MemberData(nameof(Ends))]
    public async Task WhatATokenHangsOn_TakenAwayOnOneNode_EndsItOnTheOther(string what)
    {
        var given = await GivenAsync();
        Assert.NotNull(await LiveAsync(1, given.Token));
        Assert.NotNull(await nodes.OAuth(1).FindLiveAsync(given.Authorization, CancellationToken.None));
        await EndsOfUserTokens[what](nodes, given);
        Assert.Null(await LiveAsync(1, given.Token));
        Assert.Null(await nodes.OAuth(1).FindLiveAsync(given.Authorization, CancellationToken.None));
        Assert.Null(await LiveAsync(0, given.Token));
    }

    [Fact]
    public async Task FamilyEnded_ItsTokensEnd()
    {
        var given = await GivenAsync();
        Assert.NotNull(await LiveAsync(1, given.Token));
        await nodes.Grains(0).TokenFamily(given.Family).EndAsync();
        Assert.Null(await LiveAsync(1, given.Token));
        Assert.Null(await LiveAsync(0, given.Token));
    }

    [Fact]
    public async Task FamilyOver_ItsTokensEnd()
    {
        var user = await nodes.NewUserAsync();
        var authorization = await nodes.AuthorizeAsync(user, await nodes.NewClientAsync());
        var token = OAuthFacts.Token(await nodes.NewFamilyAsync(authorization), authorization);
        nodes.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await LiveAsync(1, token));
        nodes.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await LiveAsync(1, token));
    }

    [Fact]
    public async Task UnknownFamily_IsNoToken()
    {
        var given = await GivenAsync();
        Assert.Null(await LiveAsync(0, given.Token with { Family = FamilyId.New() }));
    }

    [Fact]
    public async Task Revoked_ThatTokenEnds_AndNoOther()
    {
        var given = await GivenAsync();
        var other = given.Token with { TokenId = "another" };
        Assert.NotNull(await LiveAsync(1, given.Token));
        await nodes.Grains(0).RevokedToken(given.Token.TokenId).RevokeAsync(nodes.Time.GetUtcNow().AddHours(1));
        await nodes.Grains(1).RevokedToken(given.Token.TokenId).RevokeAsync(nodes.Time.GetUtcNow().AddHours(1));
        Assert.Null(await LiveAsync(1, given.Token));
        Assert.NotNull(await LiveAsync(1, other));
    }

    [Fact]
    public async Task RowsThatThereAreNot_TakeNoMemory_AndRowsThatThereAre_Do()
    {
        var given = await GivenAsync();
        var unknown = new ClientId($"unknown-{OAuthFacts.NewSecret()}");
        var (family, secret) = (FamilyId.New(), SecretKey.FromSecret(OAuthFacts.NewSecret()));
        Assert.NotNull(await LiveAsync(0, given.Token));
        Assert.Null(await LiveAsync(0, given.Token with { Family = family }));
        Assert.Null(await nodes.OAuth(0).FindClientAsync(unknown, CancellationToken.None));
        Assert.Null(await nodes.OAuth(0).FindLiveAsync(secret, CancellationToken.None));
        Assert.NotNull(nodes.Facts(0).Known(CheckRows.Family(given.Family)));
        Assert.NotNull(nodes.Facts(0).Known(CheckRows.Client(given.Client.Id)));
        foreach (var absent in new[]
        {
            CheckRows.Revocation(given.Token.TokenId), CheckRows.Family(family), CheckRows.Client(unknown), CheckRows.MembershipsOf(unknown),
            CheckRows.PersonalToken(secret),
        })
        {
            Assert.Null(nodes.Facts(0).Known(absent));
        }
    }

    [Fact]
    public async Task WithoutSession_ItOutlivesTheSession()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        var authorization = await nodes.AuthorizeAsync(user, await nodes.NewClientAsync());
        var token = OAuthFacts.Token(await nodes.NewFamilyAsync(authorization), authorization);
        await nodes.Grains(0).Session(session).EndAsync();
        var live = (await LiveAsync(1, token))!;
        Assert.Null(live.Session);
        Assert.Null(live.Context);
        Assert.Empty(live.Roles);
    }

    [Fact]
    public async Task AnothersSession_HoldsNothing()
    {
        var user = await nodes.NewUserAsync();
        var foreign = await nodes.LoginAsync(0, await nodes.NewUserAsync());
        var authorization = await nodes.AuthorizeAsync(user, await nodes.NewClientAsync(), session: foreign);
        Assert.Null(await nodes.OAuth(0).FindLiveAsync(authorization, CancellationToken.None));
    }

    [Fact]
    public async Task SessionInUse_KeepsTheTokenAlive()
    {
        var given = await GivenAsync();
        for (var i = 0; i < 2; i++)
        {
            nodes.Time.Advance(TimeSpan.FromMinutes(20));
            var now = nodes.Time.GetUtcNow();
            await nodes.Activity(0).TouchAsync(new StateKey("session", given.Session.Value), now, now.AddMinutes(-30), CancellationToken.None);
        }

        Assert.NotNull(await LiveAsync(1, given.Token));
    }

    [Fact]
    public async Task NarrowedToAnotherContext_ThatContextCounts()
    {
        var given = await GivenAsync();
        var other = await nodes.NewContextAsync(given.User);
        var narrowed = given.Token with { Context = other.Path, ContextEpoch = other.Epoch };
        Assert.Equal(other.Path, (await LiveAsync(0, narrowed))!.Context!.Path);
        Assert.Null(await LiveAsync(0, narrowed with { ContextEpoch = other.Epoch + 1 }));
        await nodes.SuspendAsync(other.Path);
        Assert.Null(await LiveAsync(1, narrowed));
        Assert.NotNull(await LiveAsync(1, given.Token));
    }

    [Fact]
    public async Task Exchanged_ItHangsOnBothClients()
    {
        var given = await GivenAsync();
        var service = await nodes.NewClientAsync();
        var exchanged = given.Token with { Client = service.Id, ClientEpoch = service.Epoch };
        Assert.Equal(service.Id, (await LiveAsync(1, exchanged))!.Client.Id);
        Assert.Null(await LiveAsync(1, exchanged with { ClientEpoch = service.Epoch + 1 }));
        await nodes.Grains(0).Client(service.Id).SetSuspendedAsync(true);
        Assert.Null(await LiveAsync(1, exchanged));
        Assert.NotNull(await LiveAsync(1, given.Token));

        var second = await nodes.NewClientAsync();
        exchanged = given.Token with { Client = second.Id, ClientEpoch = second.Epoch };
        Assert.NotNull(await LiveAsync(1, exchanged));
        await nodes.Grains(0).Client(given.Client.Id).SetSuspendedAsync(true);
        Assert.Null(await LiveAsync(1, exchanged));
    }

    [Fact]
    public async Task ClientsOwnToken_HangsOnTheClient_ItsMembership_AndItsRevocation()
    {
        var client = await nodes.NewClientAsync();
        var context = await nodes.NewContextAsync(client.Id.AsMember, Roles.DataManager);
        var token = new TokenGrounds(OAuthFacts.NewSecret(), client.Id, client.Epoch, null, context.Path, context.Epoch);
        var live = (await LiveAsync(1, token))!;
        Assert.Null(live.User);
        Assert.Null(live.Family);
        Assert.Equal([Roles.DataManager, Roles.Member], live.Roles);
        Assert.Null(await LiveAsync(1, token with { ContextEpoch = context.Epoch + 1 }));

        await nodes.Grains(0).RevokedToken(token.TokenId).RevokeAsync(nodes.Time.GetUtcNow().AddHours(1));
        Assert.Null(await LiveAsync(1, token));

        token = token with { TokenId = OAuthFacts.NewSecret() };
        Assert.NotNull(await LiveAsync(1, token));
        await nodes.ExpelAsync(client.Id.AsMember, context.Path);
        Assert.Null(await LiveAsync(1, token));

        token = token with { Context = null, ContextEpoch = 0 };
        Assert.NotNull(await LiveAsync(1, token));
        await nodes.Grains(0).Client(client.Id).SetSuspendedAsync(true);
        Assert.Null(await LiveAsync(1, token));
        await nodes.Grains(0).Client(client.Id).SetSuspendedAsync(false);
        Assert.Null(await LiveAsync(1, token));
    }

    [Fact]
    public async Task Client_IsFoundWhileNotSuspended_AndDescribedAlways()
    {
        var client = await nodes.NewClientAsync();
        var context = await nodes.NewContextAsync(client.Id.AsMember);
        Assert.True((await nodes.OAuth(1).FindClientAsync(client.Id, CancellationToken.None))!.Access.MayEnter(context.Path));
        await nodes.Grains(0).Client(client.Id).SetSuspendedAsync(true);
        Assert.Null(await nodes.OAuth(1).FindClientAsync(client.Id, CancellationToken.None));
        Assert.True((await nodes.OAuth(1).DescribeClientAsync(client.Id, CancellationToken.None))!.Suspended);
        var unknown = new ClientId($"unknown-{OAuthFacts.NewSecret()}");
        Assert.Null(await nodes.OAuth(0).FindClientAsync(unknown, CancellationToken.None));
        Assert.Null(await nodes.OAuth(0).DescribeClientAsync(unknown, CancellationToken.None));
    }

    [Fact]
    public async Task Grants_AreReadAsTheyAreNow()
    {
        var user = await nodes.NewUserAsync();
        Assert.Empty((await nodes.OAuth(1).ReadGrantsAsync(user, CancellationToken.None)).Grants);
        await nodes.Grains(0).UserGrants(user).GiveAsync(new ClientId("client"), ["openid"], null);
        Assert.Single((await nodes.OAuth(1).ReadGrantsAsync(user, CancellationToken.None)).Grants);
        await nodes.Grains(0).UserGrants(user).WithdrawAsync(new ClientId("client"));
        Assert.Empty((await nodes.OAuth(1).ReadGrantsAsync(user, CancellationToken.None)).Grants);
    }

    [Fact]
    public async Task PersonalToken_IsLiveInItsContext_UntilItsUserEndsIt()
    {
        var (user, context, token) = await PersonalAsync();
        var live = (await nodes.OAuth(1).FindLiveAsync(token.Key, CancellationToken.None))!;
        Assert.Equal((user, context.Path, token.Handle), (live.User.Key, live.Context.Path, live.Token.Handle));
        Assert.Equal([Roles.DataManager, Roles.Member], live.Roles);
        await nodes.Grains(0).UserGrants(user).EndPersonalTokenAsync(token.Handle);
        Assert.Null(await nodes.OAuth(1).FindLiveAsync(token.Key, CancellationToken.None));
        Assert.Null(await nodes.OAuth(0).FindLiveAsync(token.Key, CancellationToken.None));
        Assert.Null(await nodes.OAuth(0).FindLiveAsync(SecretKey.FromSecret(OAuthFacts.NewSecret()), CancellationToken.None));
    }

    [Fact]
    public async Task PersonalToken_ThatIsNotListed_IsNotLive()
    {
        var user = await nodes.NewUserAsync();
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        await nodes.Grains(0).UserGrants(user).GiveAsync(new ClientId("client"), ["openid"], null);
        await nodes.States(0).WriteAsync(
            new StateKey("oauth-personal", key.Value),
            0,
            StateSerializer.Serialize(new Platform.Grains.OAuth.Grants.PersonalTokenState { User = user.ToString(), EndsAt = nodes.Time.GetUtcNow().AddDays(1) }),
            CancellationToken.None);
        Assert.Null(await nodes.OAuth(1).FindLiveAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task PersonalToken_EndsWithItsTime_ItsUser_ItsMembership_AndItsContext()
    {
        foreach (var end in new Func<UserKey, ScopeSnapshot, Task>[]
        {
            (user, _) => nodes.SetDisabledAsync(user, true),
            (user, _) => nodes.Grains(0).User(user).EndAllSessionsAsync(),
            (user, context) => nodes.ExpelAsync(user, context.Path),
            async (_, context) =>
            {
                await nodes.SuspendAsync(context.Path);
                await nodes.ReopenAsync(context.Path);
            },
            (_, _) =>
            {
                nodes.Time.Advance(TimeSpan.FromHours(1));
                return Task.CompletedTask;
            },
        })
        {
            var (user, context, token) = await PersonalAsync();
            Assert.NotNull(await nodes.OAuth(1).FindLiveAsync(token.Key, CancellationToken.None));
            await end(user, context);
            Assert.Null(await nodes.OAuth(1).FindLiveAsync(token.Key, CancellationToken.None));
        }
    }

    private async Task<(UserKey User, ScopeSnapshot Context, PersonalToken Token)> PersonalAsync()
    {
        var user = await nodes.NewUserAsync();
        var context = await nodes.NewContextAsync(user, Roles.DataManager);
        var now = nodes.Time.GetUtcNow();
        var token = new PersonalToken(SecretKey.FromSecret(OAuthFacts.NewSecret()), "handle", "old", context.Path, context.Epoch, 0, now, now.AddHours(1));
        Assert.True(await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(token, 10));
        return (user, context, token);
    }

    private async Task<Given> GivenAsync()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        var client = await nodes.NewClientAsync();
        var context = await nodes.NewContextAsync(user, Roles.DataManager);
        var authorization = await nodes.AuthorizeAsync(user, client, context, session);
        var family = await nodes.NewFamilyAsync(authorization);
        return new(user, session, client, context, authorization, family, OAuthFacts.Token(family, authorization));
    }

    private ValueTask<LiveToken?> LiveAsync(int node, TokenGrounds token) => nodes.OAuth(node).FindLiveAsync(token, CancellationToken.None);

    private sealed record Given(
        UserKey User,
        SessionKey Session,
        ClientSnapshot Client,
        ScopeSnapshot Context,
        AuthorizationSnapshot Authorization,
        FamilyId Family,
        TokenGrounds Token);
}
