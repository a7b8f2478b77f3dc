using Platform.Grains.OAuth;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class TokenFamilyTests(GrainNodes nodes)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Started_ItIsSeenOnEveryNode_AndARepeatedStartIsTheSame()
    {
        var (id, authorization) = await StartAsync();
        var start = nodes.Start(authorization, Hash(0));
        Assert.True(await nodes.Grains(1).TokenFamily(id).StartAsync(start));
        Assert.False(await nodes.Grains(1).TokenFamily(id).StartAsync(start with { RefreshTokenHash = Hash(7) }));
        var family = (await nodes.Grains(1).TokenFamily(id).FindAsync())!;
        Assert.Equal((id, 0, true), (family.Id, family.Generation, family.HasRefreshToken));
        Assert.Equal(authorization.User, family.Authorization.User);
    }

    [Fact]
    public async Task Rotate_ByManyAtOnce_OnTwoNodes_GivesOneSuccessor()
    {
        var (id, authorization) = await StartAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => RotateAsync(i % 2, id, authorization.Client, 0)));
        Assert.Single(results, result => result.Outcome == RotationOutcome.Rotated);
        Assert.Equal(199, results.Count(result => result.Outcome == RotationOutcome.Repeated));
        Assert.All(results, result => Assert.Equal(1, result.Family!.Generation));
    }

    [Fact]
    public async Task Repeat_WithinTheGrace_GetsTheSameSuccessor()
    {
        var (id, authorization) = await StartAsync();
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(0, id, authorization.Client, 0)).Outcome);
        nodes.Time.Advance(Grace / 2);
        Assert.Equal(RotationOutcome.Repeated, (await RotateAsync(1, id, authorization.Client, 0)).Outcome);
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(1, id, authorization.Client, 1)).Outcome);
    }

    [Fact]
    public async Task Reuse_AfterTheGrace_EndsTheFamily()
    {
        var (id, authorization) = await StartAsync();
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(0, id, authorization.Client, 0)).Outcome);
        nodes.Time.Advance(Grace);
        var reused = await RotateAsync(1, id, authorization.Client, 0);
        Assert.Equal((RotationOutcome.Reused, null), (reused.Outcome, reused.Family));
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(0, id, authorization.Client, 1)).Outcome);
        Assert.Null(await nodes.Grains(0).TokenFamily(id).FindAsync());
    }

    [Fact]
    public async Task Reuse_OfAnOlderGeneration_EndsTheFamily_EvenWithinTheGrace()
    {
        var (id, authorization) = await StartAsync();
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(0, id, authorization.Client, 0)).Outcome);
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(1, id, authorization.Client, 1)).Outcome);
        Assert.Equal(RotationOutcome.Reused, (await RotateAsync(0, id, authorization.Client, 0)).Outcome);
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(1, id, authorization.Client, 2)).Outcome);
    }

    [Fact]
    public async Task AnotherClient_IsRefused_AndEndsNothing()
    {
        var (id, authorization) = await StartAsync();
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(0, id, authorization.Client, 0)).Outcome);
        nodes.Time.Advance(Grace);
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(1, id, new ClientId("other"), 0)).Outcome);
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(1, id, new ClientId("other"), 1)).Outcome);
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(0, id, authorization.Client, 1)).Outcome);
    }

    [Fact]
    public async Task ATokenThatIsNoneOfIts_IsRefused_AndEndsNothing()
    {
        var (id, authorization) = await StartAsync();
        var foreign = new Rotation(authorization.Client, 0, Hash(99), Hash(100), Grace, TimeSpan.FromHours(1));
        Assert.Equal(RotationOutcome.Refused, (await nodes.Grains(0).TokenFamily(id).RotateAsync(foreign)).Outcome);
        Assert.Equal(RotationOutcome.Refused, (await nodes.Grains(0).TokenFamily(id).RotateAsync(foreign with { Generation = 5 })).Outcome);
        Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(1, id, authorization.Client, 0)).Outcome);
    }

    [Fact]
    public async Task NotReplaced_ItIsKept_AndItsUseNoted()
    {
        var (id, authorization) = await StartAsync();
        var use = new Rotation(authorization.Client, 0, Hash(0), null, Grace, TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
        {
            nodes.Time.Advance(TimeSpan.FromMinutes(50));
            var kept = await nodes.Grains(i % 2).TokenFamily(id).RotateAsync(use);
            Assert.Equal((RotationOutcome.Kept, 0), (kept.Outcome, kept.Family!.Generation));
        }
    }

    [Fact]
    public async Task WithoutRefreshToken_NothingRotates()
    {
        var authorization = await AuthorizeAsync();
        var id = await nodes.NewFamilyAsync(authorization);
        Assert.False((await nodes.Grains(1).TokenFamily(id).FindAsync())!.HasRefreshToken);
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(1, id, authorization.Client, 0)).Outcome);
    }

    [Fact]
    public async Task Idle_ItIsOver()
    {
        var (id, authorization) = await StartAsync();
        nodes.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(await nodes.Grains(0).TokenFamily(id).FindAsync());
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(1, id, authorization.Client, 0)).Outcome);
        Assert.False(await nodes.Grains(1).TokenFamily(id).EndAsync());
    }

    [Fact]
    public async Task Used_ItLivesOn_UntilItsAbsoluteEnd()
    {
        var (id, authorization) = await StartAsync();
        var generation = 0;
        for (var minutes = 50; minutes < 24 * 60; minutes += 50)
        {
            nodes.Time.Advance(TimeSpan.FromMinutes(50));
            Assert.Equal(RotationOutcome.Rotated, (await RotateAsync(generation % 2, id, authorization.Client, generation)).Outcome);
            generation++;
        }

        nodes.Time.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(0, id, authorization.Client, generation)).Outcome);
    }

    [Fact]
    public async Task Ended_ItNeverStartsAgain_AndNothingOfItIsKept()
    {
        var (id, authorization) = await StartAsync();
        Assert.True(await nodes.Grains(1).TokenFamily(id).EndAsync());
        Assert.False(await nodes.Grains(0).TokenFamily(id).EndAsync());
        Assert.False(await nodes.Grains(0).TokenFamily(id).StartAsync(nodes.Start(authorization, Hash(0))));
        Assert.Null(await nodes.Grains(1).TokenFamily(id).FindAsync());
        Assert.Equal(RotationOutcome.Refused, (await RotateAsync(0, id, authorization.Client, 0)).Outcome);
    }

    [Fact]
    public async Task EndedWhileRotating_EndsInEveryOrder()
    {
        for (var i = 0; i < 10; i++)
        {
            var (id, authorization) = await StartAsync();
            var rotations = Enumerable.Range(0, 6).Select(n => RotateAsync(n % 2, id, authorization.Client, 0)).ToList();
            Assert.True(await nodes.Grains(i % 2).TokenFamily(id).EndAsync());
            await Task.WhenAll(rotations);
            Assert.Null(await nodes.Grains(0).TokenFamily(id).FindAsync());
            Assert.Equal(RotationOutcome.Refused, (await RotateAsync(1, id, authorization.Client, 1)).Outcome);
        }
    }

    private async Task<(FamilyId Id, AuthorizationSnapshot Authorization)> StartAsync()
    {
        var authorization = await AuthorizeAsync();
        return (await nodes.NewFamilyAsync(authorization, Hash(0)), authorization);
    }

    private async Task<AuthorizationSnapshot> AuthorizeAsync() => await nodes.AuthorizeAsync(await nodes.NewUserAsync(), await nodes.NewClientAsync());

    private Task<RotationResult> RotateAsync(int node, FamilyId id, ClientId client, int generation) =>
        nodes.Grains(node).TokenFamily(id).RotateAsync(
            new Rotation(client, generation, Hash(generation), Hash(generation + 1), Grace, TimeSpan.FromHours(1)));

    /// <summary>Stands for the hash of the token of a generation.</summary>
    private static string Hash(int generation) => SecretKey.FromSecret($"generation {generation}").Value;
}
