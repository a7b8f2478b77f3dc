using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Sessions;

[Collection(GrainNodesTests.Name)]
public sealed class SessionAttributesTests(GrainNodes nodes)
{
    private readonly SessionKey _session = SessionKey.FromId(SessionId.New());

    [Fact]
    public async Task WhatOneNodeStores_TheNextFinds_EachWithItsOwnVersion()
    {
        var a = await PutAsync(0, "a", 1);
        var b = await PutAsync(1, "b", 2);
        Assert.Equal((SessionAttributeOutcome.Created, SessionAttributeOutcome.Created), (a.Outcome, b.Outcome));
        Assert.Equal(a.ETag, (await nodes.Grains(1).SessionAttributes(_session).FindAsync("a"))!.ETag);
        var changed = await PutAsync(1, "a", 3);
        Assert.Equal(SessionAttributeOutcome.Replaced, changed.Outcome);
        Assert.NotEqual(a.ETag, changed.ETag);
        Assert.Equal(b.ETag, (await nodes.Grains(0).SessionAttributes(_session).FindAsync("b"))!.ETag);
    }

    [Fact]
    public async Task ConditionThatDoesNotHold_ChangesNothing()
    {
        var first = await PutAsync(0, "a", 1);
        await PutAsync(1, "a", 2);
        var stale = await PutAsync(0, "a", 3, ChangeCondition.Is(first.ETag!));
        Assert.Equal(SessionAttributeOutcome.PreconditionFailed, stale.Outcome);
        Assert.Equal(SessionAttributeOutcome.PreconditionFailed, (await PutAsync(0, "a", 3, ChangeCondition.Absent)).Outcome);
        Assert.Equal(SessionAttributeOutcome.PreconditionFailed, (await PutAsync(0, "new", 3, ChangeCondition.Is("*"))).Outcome);
        Assert.Equal(2, Assert.Single((await nodes.Grains(0).SessionAttributes(_session).FindAsync("a"))!.Content));
    }

    [Fact]
    public async Task RemovedAndStoredAgain_NeverCarriesAnOldVersion()
    {
        var first = await PutAsync(0, "a", 1);
        Assert.Equal(SessionAttributeOutcome.Removed, (await nodes.Grains(1).SessionAttributes(_session).RemoveAsync("a", ChangeCondition.None)).Outcome);
        Assert.Equal(SessionAttributeOutcome.NotFound, (await nodes.Grains(0).SessionAttributes(_session).RemoveAsync("a", ChangeCondition.None)).Outcome);
        Assert.NotEqual(first.ETag, (await PutAsync(0, "a", 1)).ETag);
    }

    [Fact]
    public async Task Limits_AreKept()
    {
        var large = ImmutableArray.Create(new byte[SessionAttributesGrain.MaxContentLength]);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(SessionAttributeOutcome.Created, (await PutAsync(0, $"large{i}", large)).Outcome);
        }

        Assert.Equal(SessionAttributeOutcome.TooLarge, (await PutAsync(0, "one", 1)).Outcome);
        Assert.Equal(SessionAttributeOutcome.TooLarge, (await PutAsync(0, "large0", large.Add(0))).Outcome);
        Assert.Equal(SessionAttributeOutcome.Replaced, (await PutAsync(0, "large0", 1)).Outcome);
    }

    private Task<SessionAttributeResult> PutAsync(int node, string name, byte content, ChangeCondition? condition = null) =>
        PutAsync(node, name, ImmutableArray.Create(content), condition);

    private Task<SessionAttributeResult> PutAsync(int node, string name, ImmutableArray<byte> content, ChangeCondition? condition = null) =>
        nodes.Grains(node).SessionAttributes(_session).PutAsync(
            name, "application/octet-stream", content, condition ?? ChangeCondition.None, nodes.Time.GetUtcNow().AddHours(1));
}
