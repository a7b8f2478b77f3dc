using Platform.Grains.Cluster;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Resources;

[Collection(GrainNodesTests.Name)]
public sealed class ResourceGrainTests(GrainNodes nodes)
{
    private readonly ScopePath _scope = new($"/resources-{Guid.NewGuid():N}");

    [Fact]
    public async Task Put_Replace_Remove()
    {
        var key = Key("a/b");
        Assert.Null(await nodes.Grains(0).Resource(key).FindAsync());
        Assert.Equal(ResourceOutcome.NotFound, (await nodes.Grains(0).Resource(key).RemoveAsync(ChangeCondition.None)).Outcome);

        var created = await PutAsync(0, key, "t1", "{\"a\":1}");
        Assert.Equal(ResourceOutcome.Created, created.Outcome);
        Assert.Equal((ResourceVisibility.Members, "{\"a\":1}", "t1"), (created.Resource!.Visibility, created.Resource.Content, created.Resource.Tag));
        Assert.Equal(created.Resource, await nodes.Grains(1).Resource(key).FindAsync());

        var replaced = await nodes.Grains(1).Resource(key).PutAsync(
            new ResourceChange("t2", "[]", ResourceVisibility.Public, new(TimeSpan.FromSeconds(60)), new UserKey("client", "service"), "service"), ChangeCondition.Is("t1"));
        Assert.Equal(ResourceOutcome.Replaced, replaced.Outcome);
        var kept = await PutAsync(0, key, "t3", "{}");
        Assert.Equal((ResourceVisibility.Public, TimeSpan.FromSeconds(60), created.Resource.CreatedAt), (kept.Resource!.Visibility, kept.Resource.MaxAuthenticationAge!.Value, kept.Resource.CreatedAt));
        Assert.Null(kept.Resource.ChangedByClient);
        var free = await nodes.Grains(0).Resource(key).PutAsync(Change("t4", "{}") with { AuthenticationAge = new(null) }, ChangeCondition.None);
        Assert.Null(free.Resource!.MaxAuthenticationAge);

        Assert.Equal(ResourceOutcome.PreconditionFailed, (await nodes.Grains(1).Resource(key).RemoveAsync(ChangeCondition.Is("t3"))).Outcome);
        Assert.Equal(ResourceOutcome.Removed, (await nodes.Grains(1).Resource(key).RemoveAsync(ChangeCondition.Is("t4"))).Outcome);
        Assert.Null(await nodes.Grains(0).Resource(key).FindAsync());
        Assert.Null(await nodes.States(0).ReadAsync(new("resource", key.ToString()), CancellationToken.None));
        Assert.Equal(ResourceOutcome.Created, (await PutAsync(0, key, "t5", "{}")).Outcome);
    }

    [Fact]
    public async Task ARepeatedCall_IsTheSameChange()
    {
        var key = Key("repeated");
        var absent = ChangeCondition.Absent;
        Assert.Equal(ResourceOutcome.Created, (await nodes.Grains(0).Resource(key).PutAsync(Change("t1", "{}"), absent)).Outcome);
        Assert.Equal(ResourceOutcome.Created, (await nodes.Grains(1).Resource(key).PutAsync(Change("t1", "{}"), absent)).Outcome);
        Assert.Equal(ResourceOutcome.PreconditionFailed, (await nodes.Grains(1).Resource(key).PutAsync(Change("t2", "{}"), absent)).Outcome);
    }

    [Fact]
    public async Task OfManyChangesThatRestOnOneState_OneWins_OnTwoNodes()
    {
        var key = Key("contended");
        await PutAsync(0, key, "t0", "{}");
        for (var round = 0; round < 5; round++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
                nodes.Grains(i % 2).Resource(key).PutAsync(Change($"r{round}-{i}", "{}"), ChangeCondition.Is(round == 0 ? "t0" : $"w{round - 1}"))));
            Assert.Single(results, result => result.Outcome == ResourceOutcome.Replaced);
            Assert.Equal(11, results.Count(result => result.Outcome == ResourceOutcome.PreconditionFailed));
            await PutAsync(round % 2, key, $"w{round}", "{}");
        }
    }

    [Fact]
    public async Task ManyCreations_MakeOneDocument()
    {
        var key = Key("made-once");
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => nodes.Grains(i % 2).Resource(key).PutAsync(Change($"t{i}", "{}"), ChangeCondition.Absent)));
        Assert.Single(results, result => result.Outcome == ResourceOutcome.Created);
    }

    [Fact]
    public async Task AScopeSeesItsOwnAndThoseAbove_NearestFirst_OnEveryNode()
    {
        ScopePath vo = new($"{_scope}/VO"), vre = new($"{_scope}/VO/VRE"), other = new($"{_scope}/VO2");
        await PutAsync(0, new(_scope, new("x")), "root", "{}");
        await PutAsync(0, new(vre, new("x")), "vre", "{}");
        await PutAsync(0, new(vo, new("y")), "vo", "{}");
        Assert.Equal(["vre", "root"], (await nodes.Resources(1).FindAsync(vre, new("x"), CancellationToken.None)).Select(resource => resource.Tag));
        Assert.Equal(["root"], (await nodes.Resources(1).FindAsync(vo, new("x"), CancellationToken.None)).Select(resource => resource.Tag));
        Assert.Equal(["root"], (await nodes.Resources(0).FindAsync(other, new("x"), CancellationToken.None)).Select(resource => resource.Tag));
        Assert.Empty(await nodes.Resources(0).FindAsync(_scope, new("y"), CancellationToken.None));

        // What one node has read is not what it answers from after another changed it.
        await PutAsync(0, new(vre, new("x")), "vre2", "{}");
        Assert.Equal("vre2", (await nodes.Resources(1).FindAsync(vre, new("x"), CancellationToken.None))[0].Tag);
        await nodes.Grains(0).Resource(new(vre, new("x"))).RemoveAsync(ChangeCondition.None);
        Assert.Equal(["root"], (await nodes.Resources(1).FindAsync(vre, new("x"), CancellationToken.None)).Select(resource => resource.Tag));
    }

    [Fact]
    public async Task Lists_ByPrefix_InOrder_AcrossScopesAndChunks()
    {
        ScopePath vo = new($"{_scope}/VO");
        foreach (var path in new[] { "a", "a/1", "ab", "b", "B", "~z", "0" })
        {
            await PutAsync(0, new(_scope, new(path)), $"root {path}", "{}");
        }

        for (var i = 0; i < 70; i++)
        {
            await PutAsync(0, new(vo, new($"many/{i:d3}")), "m", "{}");
        }

        await PutAsync(0, new(vo, new("ab")), "vo ab", "{}");
        await PutAsync(0, new(new($"{_scope}/VO-2"), new("ab")), "another", "{}");
        Assert.Equal(["0", "B", "a", "a/1", "ab", "b", "~z"], await PathsAsync(_scope, "", null));
        Assert.Equal(["a", "a/1", "ab", "ab"], await PathsAsync(vo, "a", null));
        Assert.Equal(["a/1"], await PathsAsync(vo, "a/", null));
        Assert.Equal(["ab", "ab", "b"], (await PathsAsync(vo, "", "a/1")).Take(3));
        Assert.Equal(70, (await PathsAsync(vo, "many/", null)).Count);
        Assert.Equal(9, (await PathsAsync(vo, "many/", "many/060")).Count);
        Assert.Empty(await PathsAsync(vo, "c", null));
        Assert.Equal("vo ab", (await ListAsync(vo, "ab", null))[0].Tag);
    }

    private static ResourceChange Change(string tag, string content) => new(tag, content, null, null, new UserKey("local", "someone"), null);

    private ResourceKey Key(string path) => new(_scope, new ResourcePath(path));

    private Task<ResourceResult> PutAsync(int node, ResourceKey key, string tag, string content) =>
        nodes.Grains(node).Resource(key).PutAsync(Change(tag, content), ChangeCondition.None);

    private async Task<List<string>> PathsAsync(ScopePath scope, string prefix, string? after) =>
        [.. (await ListAsync(scope, prefix, after)).Select(resource => resource.Key.Path.Value)];

    private async Task<List<ResourceSnapshot>> ListAsync(ScopePath scope, string prefix, string? after)
    {
        var all = new List<ResourceSnapshot>();
        await foreach (var resource in nodes.Resources(1).ListAsync(scope, prefix, after, CancellationToken.None))
        {
            all.Add(resource);
        }

        return all;
    }
}
