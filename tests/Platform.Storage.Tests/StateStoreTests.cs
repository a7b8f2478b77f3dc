using System.Text;

namespace Platform.Storage.Tests;

/// <summary>What holds for both databases.</summary>
public abstract class StateStoreTests : IAsyncLifetime
{
    private static readonly StateKey Key = new("session", "key");
    private StoreHost _host = null!;

    private IStateStore States => _host.States;

    public async Task InitializeAsync() => _host = await StartAsync();

    public virtual async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Read_FindsWhatWasWritten_AndNothingElse()
    {
        var version = await States.WriteAsync(Key, 0, Bytes("one"), default);
        var row = await States.ReadAsync(Key, default);
        Assert.Equal(version, row!.Version);
        Assert.Equal("one", Text(row.Payload));
        Assert.Null(await States.ReadAsync(new StateKey("session", "other"), default));
        Assert.Null(await States.ReadAsync(new StateKey("user", "key"), default));
    }

    [Fact]
    public async Task Write_OnAnOldVersion_ChangesNothing()
    {
        var first = await States.WriteAsync(Key, 0, Bytes("one"), default);
        var second = await States.WriteAsync(Key, first, Bytes("two"), default);
        Assert.NotEqual(first, second);
        await Assert.ThrowsAsync<StateConflictException>(() => States.WriteAsync(Key, first, Bytes("lost"), default).AsTask());
        await Assert.ThrowsAsync<StateConflictException>(() => States.WriteAsync(Key, 0, Bytes("lost"), default).AsTask());
        await Assert.ThrowsAsync<StateConflictException>(() => States.ClearAsync(Key, first, default).AsTask());
        Assert.Equal("two", Text((await States.ReadAsync(Key, default))!.Payload));
    }

    [Fact]
    public async Task Write_OfManyAtOnce_HasOneWinner()
    {
        var first = await States.WriteAsync(Key, 0, Bytes("0"), default);
        var won = 0;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await States.WriteAsync(Key, first, Bytes($"{i}"), default);
                Interlocked.Increment(ref won);
            }
            catch (StateConflictException)
            {
                // Nineteen of them.
            }
        }));
        Assert.Equal(1, won);
    }

    [Fact]
    public async Task Clear_AndMakeAnew_NeverBringsAVersionBack()
    {
        var seen = new HashSet<long>();
        for (var i = 0; i < 20; i++)
        {
            var version = await States.WriteAsync(Key, 0, Bytes("again"), default);
            Assert.InRange(version, 1, int.MaxValue);
            Assert.True(seen.Add(version), "a version came back");
            var next = await States.WriteAsync(Key, version, Bytes("and again"), default);
            Assert.Equal(version + 1, next);
            Assert.True(seen.Add(next), "a version came back");
            await States.ClearAsync(Key, next, default);
            Assert.Null(await States.ReadAsync(Key, default));
        }

        await Assert.ThrowsAsync<StateConflictException>(() => States.WriteAsync(Key, seen.Last(), Bytes("ghost"), default).AsTask());
    }

    [Fact]
    public async Task WriteAll_TakesEffectTogether()
    {
        var (a, b, c) = (new StateKey("t", "a"), new StateKey("t", "b"), new StateKey("t", "c"));
        var (va, vb) = (await States.WriteAsync(a, 0, Bytes("a"), default), await States.WriteAsync(b, 0, Bytes("b"), default));
        await States.WriteAllAsync([new(c, 0, Bytes("c")), new(a, va, Bytes("a2")), new(b, vb, null)], default);
        Assert.Equal("a2", Text((await States.ReadAsync(a, default))!.Payload));
        Assert.Null(await States.ReadAsync(b, default));
        Assert.Equal("c", Text((await States.ReadAsync(c, default))!.Payload));
    }

    [Theory]
    [InlineData(0, "new")]
    [InlineData(77, "stale")]
    [InlineData(77, null)]
    public async Task WriteAll_WithOneConflict_ChangesNothing(long expected, string? payload)
    {
        var (a, b, c) = (new StateKey("t", "a"), new StateKey("t", "b"), new StateKey("t", "c"));
        var va = await States.WriteAsync(a, 0, Bytes("a"), default);
        await States.WriteAsync(b, 0, Bytes("b"), default);
        StateChange[] changes = [new(a, va, Bytes("a2")), new(b, expected, payload is null ? null : Bytes(payload)), new(c, 0, Bytes("c"))];
        await Assert.ThrowsAsync<StateConflictException>(() => States.WriteAllAsync(changes, default).AsTask());
        Assert.Equal(va, (await States.ReadAsync(a, default))!.Version);
        Assert.Equal("b", Text((await States.ReadAsync(b, default))!.Payload));
        Assert.Null(await States.ReadAsync(c, default));
    }

    [Fact]
    public async Task WriteAll_ThatRestsOnRows_LeavesThemAsTheyAre()
    {
        var (a, b, none) = (new StateKey("t", "a"), new StateKey("t", "b"), new StateKey("t", "none"));
        var va = await States.WriteAsync(a, 0, Bytes("a"), default);
        await States.WriteAllAsync([new(b, 0, Bytes("b")), StateChange.Check(a, va), StateChange.Check(none, 0)], default);
        Assert.Equal(va, (await States.ReadAsync(a, default))!.Version);
        Assert.Equal("b", Text((await States.ReadAsync(b, default))!.Payload));
        Assert.Null(await States.ReadAsync(none, default));
    }

    [Theory]
    [InlineData("there", 0)]
    [InlineData("there", 77)]
    [InlineData("none", 77)]
    public async Task WriteAll_ThatRestsOnAnOldRow_ChangesNothing(string restsOn, long version)
    {
        var changed = new StateKey("t", "changed");
        await States.WriteAsync(new StateKey("t", "there"), 0, Bytes("there"), default);
        await Assert.ThrowsAsync<StateConflictException>(
            () => States.WriteAllAsync([new(changed, 0, Bytes("lost")), StateChange.Check(new StateKey("t", restsOn), version)], default).AsTask());
        Assert.Null(await States.ReadAsync(changed, default));
        Assert.Null(await States.ReadAsync(new StateKey("t", "none"), default));
    }

    [Fact]
    public async Task WritesThatRestOnWhatTheOtherChanges_NeverBothHappen()
    {
        for (var i = 0; i < 20; i++)
        {
            var (a, b) = (new StateKey("t", $"a{i}"), new StateKey("t", $"b{i}"));
            var (va, vb) = (await States.WriteAsync(a, 0, Bytes("old"), default), await States.WriteAsync(b, 0, Bytes("old"), default));
            var won = await Task.WhenAll(
                TryAsync([new(a, va, Bytes("new")), StateChange.Check(b, vb)]), TryAsync([new(b, vb, Bytes("new")), StateChange.Check(a, va)]));
            Assert.Equal(1, won.Count(one => one));
        }
    }

    [Fact]
    public async Task WritesThatRestOnThereBeingNoRow_NeverHappenBesideTheOneThatMakesIt()
    {
        for (var i = 0; i < 20; i++)
        {
            var (a, b) = (new StateKey("t", $"a{i}"), new StateKey("t", $"b{i}"));
            var won = await Task.WhenAll(
                TryAsync([new(a, 0, Bytes("new")), StateChange.Check(b, 0)]), TryAsync([new(b, 0, Bytes("new")), StateChange.Check(a, 0)]));
            Assert.Equal(1, won.Count(one => one));
        }
    }

    private async Task<bool> TryAsync(StateChange[] changes)
    {
        try
        {
            await Task.Yield();
            await States.WriteAllAsync(changes, default);
            return true;
        }
        catch (StateConflictException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Probe_BringsThePayloadOnlyWhereTheVersionDiffers()
    {
        var (there, gone) = (new StateKey("t", "there"), new StateKey("t", "gone"));
        var version = await States.WriteAsync(there, 0, Bytes("state"), default);
        var seen = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        await _host.Activity.StartAsync(there, seen, seen.AddHours(1), default);
        for (var i = 0; i < 2; i++)
        {
            var answers = await States.ProbeAsync(new StateProbe[] { new(gone, 5), new(there, version), new(there, 0), new(gone, 0) }, default);
            Assert.Equal([0, version, version, 0], answers.Select(answer => answer.Version));
            Assert.Equal(["", "", "state", ""], answers.Select(answer => Text(answer.Payload)));
            Assert.Equal([null, seen.ToUnixTimeMilliseconds(), seen.ToUnixTimeMilliseconds(), null], answers.Select(answer => answer.SeenAt));
            Assert.Equal(version, Assert.Single(await States.ProbeAsync(new StateProbe[] { new(there, version) }, default)).Version);
        }
    }

    [Theory]
    [InlineData(20261121)]
    [InlineData(7)]
    public async Task Probe_ThatBeganAfterAWrite_NeverShowsAnOlderVersion(int seed)
    {
        const int Rows = 8;
        var written = new long[Rows];
        var keys = Enumerable.Range(0, Rows).Select(i => new StateKey("t", $"row{i}")).ToArray();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Rows).Select(row => Task.Run(() => WriteAsync(row, new Random(seed + row)))).ToArray();
        var readers = Enumerable.Range(0, 4).Select(i => Task.Run(() => ProbeAsync(new Random(seed - i)))).ToArray();
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        var probes = await Task.WhenAll(readers);
        Assert.All(probes, count => Assert.True(count > 0, "a reader never ran"));

        async Task WriteAsync(int row, Random random)
        {
            // The payload counts up; versions alone would not tell old from new across a deletion.
            long version = 0;
            for (var i = 1; i <= 60; i++)
            {
                if (version != 0 && random.Next(5) == 0)
                {
                    await States.ClearAsync(keys[row], version, default);
                    version = 0;
                }

                version = await States.WriteAsync(keys[row], version, Bytes($"{i}"), default);
                Volatile.Write(ref written[row], i);
            }
        }

        async Task<int> ProbeAsync(Random random)
        {
            var count = 0;
            var known = new (long Version, long Value)[Rows];
            while (!stop.IsCancellationRequested || count == 0)
            {
                var rows = Enumerable.Range(0, Rows).Where(_ => random.Next(2) == 0).ToArray();
                var least = rows.Select(row => Volatile.Read(ref written[row])).ToArray();
                var answers = await States.ProbeAsync(rows.Select(row => new StateProbe(keys[row], known[row].Version)).ToArray(), default);
                for (var i = 0; i < rows.Length; i++)
                {
                    var (row, answer) = (rows[i], answers[i]);
                    if (answer.Version != 0 && answer.Version != known[row].Version)
                    {
                        known[row] = (answer.Version, long.Parse(Text(answer.Payload), System.Globalization.CultureInfo.InvariantCulture));
                    }

                    Assert.True(answer.Version == 0 || known[row].Value >= least[i], $"row {row} showed {known[row].Value} after {least[i]} (seed {seed})");
                }

                count++;
            }

            return count;
        }
    }

    [Fact]
    public async Task List_GoesThroughATypeInOrder()
    {
        foreach (var key in (string[])["b", "a", "B", "ä", "c"])
        {
            await States.WriteAsync(new StateKey("t", key), 0, Bytes(key), default);
        }

        await States.WriteAsync(new StateKey("u", "x"), 0, Bytes("x"), default);
        var first = await States.ListAsync("t", null, 3, default);
        Assert.Equal(["B", "a", "b"], first.Select(row => row.Key.Key));
        var rest = await States.ListAsync("t", "b", 3, default);
        Assert.Equal(["c", "ä"], rest.Select(row => row.Key.Key));
        Assert.Equal("ä", Text(rest[1].Payload));
    }

    [Fact]
    public async Task Activity_MovesForward_AndNeverBringsBackWhatEnded()
    {
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        await _host.Activity.StartAsync(Key, start, start.AddHours(12), default);
        await TouchAsync(start.AddMinutes(5), start.AddMinutes(-30));
        Assert.Equal(start.AddMinutes(5), await SeenAtAsync());
        await TouchAsync(start.AddMinutes(4), start.AddMinutes(-30));
        Assert.Equal(start.AddMinutes(5), await SeenAtAsync());
        await TouchAsync(start.AddMinutes(50), start.AddMinutes(20));
        Assert.Equal(start.AddMinutes(5), await SeenAtAsync());
        await _host.Activity.EndAsync(Key, default);
        await TouchAsync(start.AddMinutes(6), start.AddMinutes(-30));
        Assert.Null(await SeenAtAsync());

        ValueTask TouchAsync(DateTimeOffset at, DateTimeOffset notBefore) => _host.Activity.TouchAsync(Key, at, notBefore, default);

        async Task<DateTimeOffset?> SeenAtAsync()
        {
            var answers = await States.ProbeAsync(new StateProbe[] { new(Key, 0) }, default);
            return answers[0].SeenAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
        }
    }

    [Fact]
    public async Task FindOver_FindsTheIdleAndTheEnded()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        await _host.Activity.StartAsync(new("t", "idle"), now.AddHours(-2), now.AddHours(5), default);
        await _host.Activity.StartAsync(new("t", "ended"), now, now, default);
        await _host.Activity.StartAsync(new("t", "alive"), now.AddHours(-1), now.AddMilliseconds(1), default);
        await _host.Activity.StartAsync(new("u", "ended"), now.AddHours(-2), now, default);
        var over = await _host.Activity.FindOverAsync("t", now.AddHours(-1), now, 10, default);
        Assert.Equal(["ended", "idle"], over.Order(StringComparer.Ordinal));
        Assert.Single(await _host.Activity.FindOverAsync("t", now.AddHours(-1), now, 1, default));
        Assert.Equal(2, (await _host.Activity.FindOverAsync("t", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 2, default)).Count);
    }

    [Fact]
    public async Task Write_ThatThrows_IsRolledBack_AndTakesNoOtherWithIt()
    {
        var writes = Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await _host.Database.WriteAsync(async (connection, transaction, token) =>
                {
                    await using var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    command.CommandText = $"insert into key_ring (name, xml) values ('{i}', 'x')";
                    await command.ExecuteNonQueryAsync(token);
                    return i % 2 == 0 ? i : throw new InvalidDataException("as the test wants it");
                }, default);
                return true;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        });
        Assert.Equal(10, (await Task.WhenAll(writes)).Count(done => done));
        var count = await _host.Database.ReadAsync(async (connection, token) =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "select count(*) from key_ring";
            return Convert.ToInt32(await command.ExecuteScalarAsync(token), System.Globalization.CultureInfo.InvariantCulture);
        }, default);
        Assert.Equal(10, count);
    }

    [Fact]
    public async Task Exclusively_LetsOneInAtATime()
    {
        var (inside, most, done) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _host.Database.ExclusivelyAsync("name", async token =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await States.ReadAsync(Key, token);
            Interlocked.Decrement(ref inside);
            done++;
        }, default).AsTask()));
        Assert.Equal((1, 5), (most, done));
    }

    internal abstract Task<StoreHost> StartAsync();

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
