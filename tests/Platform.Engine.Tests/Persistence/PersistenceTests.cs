using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Engine.Tests.Grains;
using Platform.Engine.Tests.Hosts;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Engine.Tests.Persistence;

public sealed class PersistenceTests : EngineTest
{
    [Fact]
    public async Task GrainWithoutRow_HasANewState()
    {
        var node = await StartAsync();

        var note = await node.Grains.GetGrain<INoteGrain>(NewKey()).ReadAsync();

        Assert.Null(note.Text);
        Assert.False(note.Exists);
        Assert.Null(note.ETag);
    }

    [Fact]
    public async Task State_SurvivesDeactivation_AndIsReadBeforeOnActivate()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        await grain.WriteAsync("kept");
        await grain.LeaveAsync();
        await Eventually.TrueAsync(() => Probe.CountOf($"deactivated {key}") == 1, Deadline, "the activation left");

        var note = await grain.ReadAsync();

        Assert.Equal("kept", note.Text);
        Assert.Equal("kept", note.KnownOnActivation);
        Assert.True(note.Exists);
    }

    [Fact]
    public async Task State_SurvivesACrash()
    {
        var node = await StartAsync();
        var key = NewKey();
        await node.Grains.GetGrain<INoteGrain>(key).WriteAsync("acknowledged");
        await node.KillAsync();

        var next = await Cluster.StartNodeAsync();

        Assert.Equal("acknowledged", (await next.Grains.GetGrain<INoteGrain>(key).ReadAsync()).Text);
    }

    [Fact]
    public async Task Row_IsJsonUnderStateNameAndKey_WithTheVersionAsETag()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        await grain.WriteAsync("ütf");

        var row = await States(node).ReadAsync(new StateKey(NoteState.Name, key), CancellationToken.None);

        Assert.Equal((await grain.ReadAsync()).ETag, row!.Version.ToString(CultureInfo.InvariantCulture));
        using var json = JsonDocument.Parse(row.Payload);
        Assert.Equal("ütf", json.RootElement.GetProperty("Text").GetString());
        Assert.Equal("Friday", json.RootElement.GetProperty("Day").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("Version").GetInt32());
    }

    [Fact]
    public async Task WriteOverANewerRow_IsAConflict_AndTheNextCallSeesTheNewState()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        await grain.WriteAsync("mine");
        var before = await grain.ReadAsync();
        await ReplaceAsync(node, key, "theirs");

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.WriteAsync("too late"));

        await AssertReadsAnewAsync(grain, before.Activation, "theirs");
        await grain.WriteAsync("again");
        Assert.Equal("again", (await grain.ReadAsync()).Text);
    }

    [Fact]
    public async Task Conflict_ThatTheGrainSwallows_DiscardsTheActivationToo()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        await grain.WriteAsync("mine");
        var before = await grain.ReadAsync();
        await ReplaceAsync(node, key, "theirs");

        Assert.False(await grain.TryWriteAsync("too late"));

        await AssertReadsAnewAsync(grain, before.Activation, "theirs");
    }

    [Fact]
    public async Task Clear_OverANewerRow_IsAConflict()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        await grain.WriteAsync("mine");
        await ReplaceAsync(node, key, "theirs");

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.ClearAsync());

        Assert.NotNull(await States(node).ReadAsync(new StateKey(NoteState.Name, key), CancellationToken.None));
    }

    [Fact]
    public async Task FailedWrite_LeavesMemoryAndRowAsTheyWere()
    {
        var node = await StartAsync();
        var grain = node.Grains.GetGrain<INoteGrain>(NewKey());
        await grain.WriteAsync("good");
        var before = await grain.ReadAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => grain.WriteUnserializableAsync("bad"));

        var after = await grain.ReadAsync();
        Assert.Equal("good", after.Text);
        Assert.Equal(before.ETag, after.ETag);
    }

    [Fact]
    public async Task Clear_DeletesTheRow_AndTheStateIsNewAgain()
    {
        var node = await StartAsync();
        var key = NewKey();
        var grain = node.Grains.GetGrain<INoteGrain>(key);
        await grain.WriteAsync("gone");

        await grain.ClearAsync();

        var note = await grain.ReadAsync();
        Assert.Null(note.Text);
        Assert.False(note.Exists);
        Assert.Null(await States(node).ReadAsync(new StateKey(NoteState.Name, key), CancellationToken.None));
        await grain.WriteAsync("back");
        Assert.Equal("back", (await grain.ReadAsync()).Text);
    }

    private static IStateStore States(IEngineNode node) => node.Services.GetRequiredService<IStateStore>();

    private static async Task ReplaceAsync(IEngineNode node, string key, string text)
    {
        var address = new StateKey(NoteState.Name, key);
        var row = await States(node).ReadAsync(address, CancellationToken.None);
        await States(node).WriteAsync(address, row!.Version, Encoding.UTF8.GetBytes($$"""{"Version":1,"Text":"{{text}}"}"""), CancellationToken.None);
    }

    // On an engine that discards in the background, a call in between may still meet the old activation.
    private static async Task AssertReadsAnewAsync(INoteGrain grain, Guid discarded, string text)
    {
        Note? note = null;
        await Eventually.TrueAsync(async () => (note = await grain.ReadAsync()).Activation != discarded, Deadline, "another activation answers");
        Assert.Equal(text, note!.Text);
    }
}
