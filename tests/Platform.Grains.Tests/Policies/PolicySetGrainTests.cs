using System.Globalization;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Policies;

[Collection(GrainNodesTests.Name)]
public sealed class PolicySetGrainTests(GrainNodes nodes)
{
    private readonly ServiceName _service = new($"s{Guid.NewGuid():N}");

    [Fact]
    public async Task Put_Replace_Remove_KeepTheHistory_OnEveryNode()
    {
        Assert.Null(await Set(0).FindAsync());
        Assert.Empty(await Set(0).ListRevisionsAsync());
        Assert.Null(await Set(0).FindRevisionAsync(0));
        Assert.Equal(PolicyChangeOutcome.NotFound, (await Set(0).RemoveAsync(new("t0", "me", null), ChangeCondition.None)).Outcome);

        var created = await Set(0).ReplaceAsync(Change("t1", "one"), ChangeCondition.None);
        Assert.Equal((PolicyChangeOutcome.Created, 1, "t1"), (created.Outcome, created.Current!.Number, created.Current.Tag));
        var found = await Set(1).FindAsync();
        Assert.Equal(("one", "local:someone", "why t1", false), (found!.Document, found.ChangedBy, found.Comment, found.Removed));
        Assert.Equal(PolicyChangeOutcome.Replaced, (await Set(1).ReplaceAsync(Change("t2", "two"), ChangeCondition.None)).Outcome);
        Assert.Equal(PolicyChangeOutcome.Removed, (await Set(0).RemoveAsync(new("t3", "console:root", "gone"), ChangeCondition.None)).Outcome);
        Assert.Null(await Set(1).FindAsync());
        Assert.Equal(PolicyChangeOutcome.Created, (await Set(0).ReplaceAsync(Change("t4", "four"), ChangeCondition.None)).Outcome);

        var revisions = await Set(1).ListRevisionsAsync();
        Assert.Equal([(4L, "t4", false), (3L, "t3", true), (2L, "t2", false), (1L, "t1", false)], revisions.Select(revision => (revision.Number, revision.Tag, revision.Removed)));
        Assert.All(revisions, revision => Assert.Null(revision.Document));
        Assert.Equal("one", (await Set(1).FindRevisionAsync(1))!.Document);
        Assert.Equal("two", (await Set(0).FindRevisionAsync(2))!.Document);
        var removed = await Set(0).FindRevisionAsync(3);
        Assert.Equal((true, null, "console:root", "gone"), (removed!.Removed, removed.Document, removed.ChangedBy, removed.Comment));
        Assert.Equal("four", (await Set(1).FindRevisionAsync(4))!.Document);
        Assert.Null(await Set(1).FindRevisionAsync(5));
    }

    [Theory]
    [InlineData(null, false, true, true)]
    [InlineData("t1", false, false, true)]
    [InlineData("*", false, false, true)]
    [InlineData("t2", false, false, false)]
    [InlineData(null, true, true, false)]
    public async Task Conditions(string? ifMatch, bool ifAbsent, bool whenAbsent, bool whenThere)
    {
        var condition = new ChangeCondition(ifMatch is null ? [] : [ifMatch], ifAbsent ? ["*"] : []);
        var other = nodes.Grains(0).PolicySet(new ServiceName(_service.Value + "x"));
        Assert.Equal(whenAbsent, (await other.ReplaceAsync(Change("t9", "nine"), condition)).Outcome == PolicyChangeOutcome.Created);

        await Set(0).ReplaceAsync(Change("t1", "one"), ChangeCondition.None);
        var result = await Set(1).ReplaceAsync(Change("t3", "three"), condition);
        Assert.Equal(whenThere ? PolicyChangeOutcome.Replaced : PolicyChangeOutcome.PreconditionFailed, result.Outcome);
        Assert.Equal(whenThere ? "t3" : "t1", result.Current!.Tag);
        if (!whenThere)
        {
            Assert.Equal(PolicyChangeOutcome.PreconditionFailed, (await Set(1).RemoveAsync(new("t4", "me", null), condition)).Outcome);
            Assert.Equal("one", (await Set(0).FindAsync())!.Document);
        }
    }

    [Fact]
    public async Task ARepeatedCall_IsTheSameChange()
    {
        var absent = ChangeCondition.Absent;
        Assert.Equal(PolicyChangeOutcome.Created, (await Set(0).ReplaceAsync(Change("t1", "one"), absent)).Outcome);
        Assert.Equal(PolicyChangeOutcome.Created, (await Set(1).ReplaceAsync(Change("t1", "one"), absent)).Outcome);
        await Set(0).ReplaceAsync(Change("t2", "two"), ChangeCondition.None);

        // Somebody else came between: the first change is not made again over theirs.
        await Set(1).ReplaceAsync(Change("t1", "one"), ChangeCondition.None);
        Assert.Equal("two", (await Set(0).FindAsync())!.Document);
        Assert.Equal(PolicyChangeOutcome.Removed, (await Set(0).RemoveAsync(new("t3", "me", null), ChangeCondition.None)).Outcome);
        Assert.Equal(PolicyChangeOutcome.Removed, (await Set(1).RemoveAsync(new("t3", "me", null), ChangeCondition.None)).Outcome);
        Assert.Equal(3, (await Set(1).ListRevisionsAsync()).Length);
    }

    [Fact]
    public async Task AHostBelongsToOneService_UntilItsSetIsRemoved()
    {
        var host = _service.Value + ".example";
        var other = new ServiceName(_service.Value + "x");
        await Set(0).ReplaceAsync(Change("t1", "one") with { Hosts = [host, "second." + host] }, ChangeCondition.None);
        var refused = await nodes.Grains(1).PolicySet(other).ReplaceAsync(Change("t2", "two") with { Hosts = ["third." + host, host] }, ChangeCondition.None);
        Assert.Equal((PolicyChangeOutcome.HostTaken, host, _service), (refused.Outcome, refused.TakenHost, refused.TakenBy));
        Assert.Null(await nodes.Grains(0).PolicySet(other).FindAsync());

        // A host that is given up is free, and so are those of a set that is removed.
        await Set(1).ReplaceAsync(Change("t3", "three") with { Hosts = ["second." + host] }, ChangeCondition.None);
        Assert.Equal(PolicyChangeOutcome.Created, (await nodes.Grains(1).PolicySet(other).ReplaceAsync(Change("t4", "four") with { Hosts = [host] }, ChangeCondition.None)).Outcome);
        await Set(1).RemoveAsync(new("t5", "me", null), ChangeCondition.None);
        Assert.Equal(PolicyChangeOutcome.Replaced, (await nodes.Grains(0).PolicySet(other).ReplaceAsync(Change("t6", "six") with { Hosts = [host, "second." + host] }, ChangeCondition.None)).Outcome);
    }

    [Fact]
    public async Task OfServicesThatTakeOneHostAtOnce_OneGetsIt()
    {
        var host = _service.Value + ".contended";
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => nodes.Grains(i % 2).PolicySet(new ServiceName($"{_service.Value}-{i}"))
            .ReplaceAsync(Change($"t{i}", "set") with { Hosts = [host] }, ChangeCondition.None)));
        Assert.Single(results, result => result.Outcome == PolicyChangeOutcome.Created);
        Assert.Equal(7, results.Count(result => result.Outcome == PolicyChangeOutcome.HostTaken));
    }

    [Fact]
    public async Task OfManyChangesThatRestOnOneRevision_OneWins_OnTwoNodes()
    {
        await Set(0).ReplaceAsync(Change("t0", "start"), ChangeCondition.None);
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Set(i % 2).ReplaceAsync(Change($"c{i}", $"change {i}"), ChangeCondition.Is("t0"))));
        Assert.Single(results, result => result.Outcome == PolicyChangeOutcome.Replaced);
        Assert.Equal(9, results.Count(result => result.Outcome == PolicyChangeOutcome.PreconditionFailed));
        Assert.Equal(2, (await Set(0).ListRevisionsAsync()).Length);
    }

    [Fact]
    public async Task FiftyRevisionsAreKept_AndNoRowOfOlderOnes()
    {
        for (var i = 1; i <= 55; i++)
        {
            await Set(i % 2).ReplaceAsync(Change($"t{i}", $"document {i}"), ChangeCondition.None);
        }

        var revisions = await Set(0).ListRevisionsAsync();
        Assert.Equal(Enumerable.Range(6, 50).Reverse().Select(number => (long)number), revisions.Select(revision => revision.Number));
        Assert.Equal("document 6", (await Set(1).FindRevisionAsync(6))!.Document);
        Assert.Null(await Set(1).FindRevisionAsync(5));
        for (var number = 1; number <= 5; number++)
        {
            Assert.Null(await nodes.States(0).ReadAsync(new("policy-revision", $"{_service.GrainKey}:{number.ToString(CultureInfo.InvariantCulture)}"), CancellationToken.None));
        }
    }

    private static PolicyChange Change(string tag, string document) => new(tag, document, [], "local:someone", "why " + tag);

    private IPolicySetGrain Set(int node) => nodes.Grains(node).PolicySet(_service);
}
