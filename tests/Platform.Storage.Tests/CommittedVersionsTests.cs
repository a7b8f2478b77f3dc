using Platform.Storage.Sqlite;

namespace Platform.Storage.Tests;

public sealed class CommittedVersionsTests
{
    private static readonly StateKey A = new("t", "a");
    private static readonly StateKey B = new("t", "b");

    [Fact]
    public void RowsBeingCommitted_AreAskedForInTheDatabase()
    {
        var versions = new CommittedVersions(64);
        versions.Settle([(A, 1, null), (B, 1, 5)]);
        Assert.Equal([1, 1], Ask(versions, (A, 1), (B, 1))!.Select(answer => answer.Version));
        versions.Mark([A]);
        Assert.Null(Ask(versions, (A, 1), (B, 1)));
        Assert.Equal(5, Assert.Single(Ask(versions, (B, 1))!).SeenAt);
        versions.Settle([(A, 2, null)]);
        Assert.Equal([2, 1], Ask(versions, (A, 2), (B, 1))!.Select(answer => answer.Version));
        Assert.Null(Ask(versions, (A, 1)));
    }

    [Fact]
    public void WhatWasReadBeforeACommit_IsNotLearnedAfterIt()
    {
        var versions = new CommittedVersions(64);
        var before = versions.Generation;
        versions.Mark([A]);
        versions.Learn(A, 1, null, before);
        var during = versions.Generation;
        versions.Settle([(A, 2, null)]);
        versions.Forget([A]);
        versions.Learn(A, 1, null, during);
        Assert.Null(Ask(versions, (A, 1)));
        versions.Learn(A, 2, 9, versions.Generation);
        Assert.Equal(9, Assert.Single(Ask(versions, (A, 2))!).SeenAt);
    }

    [Fact]
    public void FailedCommit_LeavesTheDatabaseToSay()
    {
        var versions = new CommittedVersions(64);
        versions.Settle([(A, 1, null)]);
        versions.Mark([A]);
        versions.Forget([A]);
        Assert.Null(Ask(versions, (A, 1)));
    }

    [Fact]
    public void DeletedRows_AreKnownToBeGone()
    {
        var versions = new CommittedVersions(64);
        versions.Settle([(A, 0, null)]);
        Assert.Equal(0, Assert.Single(Ask(versions, (A, 1))!).Version);
    }

    [Fact]
    public void Memory_IsBounded_AndKeepsWhatIsUsed()
    {
        var versions = new CommittedVersions(64);
        versions.Settle([(A, 1, null)]);
        for (var i = 0; i < 1000; i++)
        {
            Assert.NotNull(Ask(versions, (A, 1)));
            versions.Learn(new StateKey("t", $"{i}"), 1, null, versions.Generation);
            Assert.InRange(versions.Count, 1, 64);
        }
    }

    [Fact]
    public async Task Probe_OfKnownRows_AllocatesItsAnswerAlone()
    {
        using var folder = new Testing.TemporaryFolder();
        await using var host = await StoreHost.StartAsync("Storage:Path", folder.File("platform.db"));
        var probes = new StateProbe[4];
        for (var i = 0; i < probes.Length; i++)
        {
            var key = new StateKey("t", $"{i}");
            probes[i] = new StateProbe(key, await host.States.WriteAsync(key, 0, new byte[] { 1 }, default));
        }

        var states = host.States;
        for (var i = 0; i < 100; i++)
        {
            await states.ProbeAsync(probes, default);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var expected = new StateProbeAnswer[4].Length;
        var array = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        var answer = states.ProbeAsync(probes, default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(expected, (await answer).Length);
        Assert.Equal(array, allocated);
    }

    private static StateProbeAnswer[]? Ask(CommittedVersions versions, params (StateKey Key, long Known)[] rows)
    {
        var answers = new StateProbeAnswer[rows.Length];
        return versions.TryAnswer(rows.Select(row => new StateProbe(row.Key, row.Known)).ToArray(), answers) ? answers : null;
    }
}
