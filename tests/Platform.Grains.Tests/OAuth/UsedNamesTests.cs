using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class UsedNamesTests(GrainNodes nodes)
{
    [Fact]
    public async Task Name_IsUsedOnce_ByHoweverManyNodes()
    {
        var name = OAuthFacts.NewSecret();
        var ends = nodes.Time.GetUtcNow().AddMinutes(5);
        var used = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => nodes.UsedNames(i % 2).TryUseAsync(name, ends, CancellationToken.None).AsTask()));
        Assert.Single(used, first => first);
        Assert.True(await nodes.UsedNames(1).TryUseAsync(name + "x", ends, CancellationToken.None));
    }

    [Fact]
    public async Task Name_IsRememberedUntilItsEnd_SweptOrNot()
    {
        var name = OAuthFacts.NewSecret();
        Assert.True(await nodes.UsedNames(0).TryUseAsync(name, nodes.Time.GetUtcNow().AddMinutes(5), CancellationToken.None));
        nodes.Time.Advance(TimeSpan.FromMinutes(4));
        await nodes.SweepAsync();
        Assert.False(await nodes.UsedNames(1).TryUseAsync(name, nodes.Time.GetUtcNow().AddMinutes(5), CancellationToken.None));
        nodes.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await nodes.UsedNames(1).TryUseAsync(name, nodes.Time.GetUtcNow().AddMinutes(5), CancellationToken.None));
        Assert.False(await nodes.UsedNames(0).TryUseAsync(name, nodes.Time.GetUtcNow().AddMinutes(5), CancellationToken.None));
    }
}
