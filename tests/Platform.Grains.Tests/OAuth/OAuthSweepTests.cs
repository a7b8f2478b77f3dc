using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Tests.OAuth;

/// <summary>What is over leaves the database, with the row by which it was found; what is not stays (invariant 5).</summary>
[Collection(GrainNodesTests.Name)]
public sealed class OAuthSweepTests(GrainNodes nodes)
{
    [Fact]
    public async Task WhatEndsByItself_IsDeleted_WhenItIsOver()
    {
        var authorization = await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        var ends = nodes.Time.GetUtcNow().AddMinutes(10);
        await nodes.Grains(0).AuthorizationCode(key).IssueAsync(new CodeSnapshot(authorization, "https://client.example/callback", true, null, ends));
        await nodes.Grains(0).PushedRequest(key).StoreAsync(new PushedRequest(authorization.Client, "", ends, null));
        await nodes.Grains(0).DeviceCode(key).StartAsync(new DeviceRequest(authorization.Client, 1, [], null, [], "", TimeSpan.FromSeconds(5), ends, null));
        await nodes.Grains(0).UserCode(key).ClaimAsync(key, ends);
        await nodes.Grains(0).RevokedToken(key.Value).RevokeAsync(ends);
        await nodes.Grains(0).UserGrants(authorization.User).AddPersonalTokenAsync(Personal(key, ends), 5);
        var rows = new (string Type, string Key)[]
        {
            ("oauth-code", key.Value), ("oauth-pushed", key.Value), ("oauth-device", key.Value), ("oauth-user-code", key.Value),
            ("oauth-revoked", $"jti:{key.Value}"), ("oauth-personal", key.Value),
        };

        nodes.Time.Advance(TimeSpan.FromMinutes(9));
        await nodes.SweepAsync();
        foreach (var row in rows)
        {
            Assert.True(await nodes.HasRowAsync(row.Type, row.Key), row.Type);
        }

        // A revocation outlives its token a little.
        nodes.Time.Advance(TimeSpan.FromMinutes(6));
        await nodes.SweepAsync();
        foreach (var row in rows)
        {
            Assert.False(await nodes.HasRowAsync(row.Type, row.Key), row.Type);
            Assert.DoesNotContain(row.Key, await ActiveAsync(row.Type));
        }
    }

    [Fact]
    public async Task Family_ThatWasUsed_StaysUntilItIsIdle()
    {
        var authorization = await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());
        var family = await nodes.NewFamilyAsync(authorization, "first");
        nodes.Time.Advance(TimeSpan.FromMinutes(50));
        var rotated = await nodes.Grains(1).TokenFamily(family).RotateAsync(
            new Rotation(authorization.Client, 0, "first", "second", TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)));
        Assert.Equal(RotationOutcome.Rotated, rotated.Outcome);

        // Its first end has passed, which is the one that was noted.
        nodes.Time.Advance(TimeSpan.FromMinutes(20));
        await nodes.SweepAsync();
        Assert.NotNull(await nodes.Grains(0).TokenFamily(family).FindAsync());

        nodes.Time.Advance(TimeSpan.FromMinutes(40));
        await nodes.SweepAsync();
        Assert.False(await nodes.HasRowAsync("oauth-family", family.GrainKey));
        Assert.DoesNotContain(family.GrainKey, await ActiveAsync("oauth-family"));
    }

    [Fact]
    public async Task Family_ThatWasEnded_IsRememberedForAnHour()
    {
        var authorization = await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());
        var (started, never) = (await nodes.NewFamilyAsync(authorization), FamilyId.New());
        await nodes.Grains(0).TokenFamily(started).EndAsync();
        await nodes.Grains(0).TokenFamily(never).EndAsync();
        nodes.Time.Advance(TimeSpan.FromMinutes(59));
        await nodes.SweepAsync();
        Assert.False(await nodes.Grains(1).TokenFamily(started).StartAsync(nodes.Start(authorization)));
        Assert.False(await nodes.Grains(1).TokenFamily(never).StartAsync(nodes.Start(authorization)));

        nodes.Time.Advance(TimeSpan.FromMinutes(1));
        await nodes.SweepAsync();
        Assert.False(await nodes.HasRowAsync("oauth-family", started.GrainKey));
        Assert.False(await nodes.HasRowAsync("oauth-family", never.GrainKey));
    }

    [Fact]
    public async Task PersonalTokens_LeaveTheirUsersList_OneByOne_AndGrantsStay()
    {
        var user = await nodes.NewUserAsync();
        var (first, second) = (SecretKey.FromSecret(OAuthFacts.NewSecret()), SecretKey.FromSecret(OAuthFacts.NewSecret()));
        await nodes.Grains(0).UserGrants(user).GiveAsync(new ClientId("client"), ["openid"], null);
        await nodes.Grains(0).UserGrants(user).AddPersonalTokenAsync(Personal(second, nodes.Time.GetUtcNow().AddHours(2)), 5);
        await nodes.Grains(1).UserGrants(user).AddPersonalTokenAsync(Personal(first, nodes.Time.GetUtcNow().AddHours(1)), 5);

        nodes.Time.Advance(TimeSpan.FromHours(1));
        await nodes.SweepAsync();
        Assert.Equal(second, Assert.Single((await nodes.Grains(0).UserGrants(user).FindAsync()).PersonalTokens).Key);
        Assert.Contains(user.ToString(), await ActiveAsync("oauth-grants"));

        nodes.Time.Advance(TimeSpan.FromHours(1));
        await nodes.SweepAsync();
        var left = await nodes.Grains(1).UserGrants(user).FindAsync();
        Assert.Empty(left.PersonalTokens);
        Assert.Single(left.Grants);
        Assert.DoesNotContain(user.ToString(), await ActiveAsync("oauth-grants"));
    }

    [Fact]
    public async Task WrittenToOnOneNode_WhileAnotherSweeps_NeitherIsDisturbed()
    {
        var users = new List<UserKey>();
        for (var i = 0; i < 20; i++)
        {
            users.Add(await nodes.NewUserAsync());
            var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
            await nodes.Grains(1).UserGrants(users[i]).AddPersonalTokenAsync(Personal(key, nodes.Time.GetUtcNow().AddMinutes(1)), 5);
        }

        nodes.Time.Advance(TimeSpan.FromMinutes(1));
        var giving = Task.WhenAll(users.Select(async user =>
        {
            for (var i = 0; i < 10; i++)
            {
                await nodes.Grains(0).UserGrants(user).GiveAsync(new ClientId("client"), [$"scope{i}"], null);
            }
        }));
        await nodes.SweepAsync();
        await giving;
        foreach (var user in users)
        {
            var left = await nodes.Grains(1).UserGrants(user).FindAsync();
            Assert.Empty(left.PersonalTokens);
            Assert.Equal(10, Assert.Single(Assert.Single(left.Grants).Consents).OAuthScopes.Length);
        }
    }

    [Fact]
    public async Task WhatACrashLeftBehind_IsSwept_AndWhatLivesIsNotedAgain()
    {
        // Noted, and never written.
        var key = SecretKey.FromSecret(OAuthFacts.NewSecret());
        var now = nodes.Time.GetUtcNow();
        await nodes.Activity(0).StartAsync(new StateKey("oauth-code", key.Value), now, now, CancellationToken.None);

        // Noted as ended, and the end never written.
        var family = await nodes.NewFamilyAsync(await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync()));
        await nodes.Activity(0).StartAsync(new StateKey("oauth-family", family.GrainKey), now, now, CancellationToken.None);

        await nodes.SweepAsync();
        Assert.DoesNotContain(key.Value, await ActiveAsync("oauth-code"));
        Assert.NotNull(await nodes.Grains(0).TokenFamily(family).FindAsync());
        Assert.Contains(family.GrainKey, await ActiveAsync("oauth-family"));
    }

    private PersonalToken Personal(SecretKey key, DateTimeOffset ends) =>
        new(key, key.Value[..8], "old", new ScopePath("/infra"), 0, 0, nodes.Time.GetUtcNow(), ends);

    private async Task<IReadOnlyList<string>> ActiveAsync(string type) =>
        await nodes.Activity(0).FindOverAsync(type, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100_000, CancellationToken.None);
}
