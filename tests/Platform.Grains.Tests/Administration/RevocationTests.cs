using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Administration;

/// <summary>Whatever a place in a scope hangs on is taken away on one node: the other, which just said yes, says no at its next look (invariant 2).</summary>
[Collection(GrainNodesTests.Name)]
public sealed class RevocationTests(GrainNodes nodes)
{
    private static readonly Dictionary<string, Func<Infrastructure, UserKey, Task>> Ends = new()
    {
        ["member removed"] = async (made, user) => Infrastructure.Done(await made.Members().RemoveAsync(Infrastructure.Operator, made.Vre, user.ToString(), null, default)),
        ["member suspended"] = async (made, user) => Infrastructure.Done(await made.Members().SuspendAsync(Infrastructure.Operator, made.Vre, user.ToString(), null, default)),
        ["member left"] = async (made, user) => Infrastructure.Done(await made.Admissions().LeaveAsync(Infrastructure.Actor(user), made.Vre, default)),
        ["membership over"] = async (made, user) =>
        {
            var until = new Given<DateTimeOffset?>(made.Nodes.Time.GetUtcNow().AddMinutes(1));
            Infrastructure.Done(await made.Members().ChangeAsync(Infrastructure.Operator, made.Vre, user.ToString(), new MemberChange { Until = until }, null, default));
            made.Nodes.Time.Advance(TimeSpan.FromMinutes(1));
        },
        ["scope suspended"] = async (made, _) => Infrastructure.Done(await made.Scopes().SuspendAsync(Infrastructure.Operator, made.Vre, null, default)),
        ["scope suspended and reopened"] = async (made, _) =>
        {
            Infrastructure.Done(await made.Scopes().SuspendAsync(Infrastructure.Operator, made.Vre, null, default));
            Infrastructure.Done(await made.Scopes().ReopenAsync(Infrastructure.Operator, made.Vre, null, default));
        },
        ["scope above suspended"] = async (made, _) => Infrastructure.Done(await made.Scopes().SuspendAsync(Infrastructure.Operator, made.Vo, null, default)),
        ["scope archived"] = async (made, _) => Infrastructure.Done(await made.Scopes().ArchiveAsync(Infrastructure.Operator, made.Vre, null, default)),
        ["scope moved"] = async (made, _) => Infrastructure.Done(await made.Scopes().MoveAsync(Infrastructure.Operator, made.Vre, made.OtherVo, null, default)),
        ["scope ended"] = async (made, _) => Infrastructure.Done(await made.Scopes().ChangeAsync(
            Infrastructure.Operator, made.Vre, new ScopeChange { EndsAt = new Given<DateTimeOffset?>(made.Nodes.Time.GetUtcNow()) }, null, default)),
        ["scope put off"] = async (made, _) => Infrastructure.Done(await made.Scopes().ChangeAsync(
            Infrastructure.Operator, made.Vre, new ScopeChange { StartsAt = new Given<DateTimeOffset?>(made.Nodes.Time.GetUtcNow().AddDays(1)) }, null, default)),
        ["terms published"] = async (made, _) => Infrastructure.Done(await made.Terms().PublishAsync(
            Infrastructure.Operator, made.Vo, new TermsPublication("Be kind.", TimeSpan.Zero, null), null, default)),
    };

    public static TheoryData<string> Names => [.. Ends.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task PlaceThatWasTakenAway_IsRefusedNext_OnTheOtherNode(string end)
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await made.NewMemberAsync();
        var session = await made.EnterAsync(user, made.Vre);
        Assert.Equal(made.Vre, await made.PlaceAsync(1, session));
        await Ends[end](made, user);
        Assert.Null(await made.PlaceAsync(1, session));
        Assert.Null(await made.PlaceAsync(0, session));
    }

    [Fact]
    public async Task TermsSigned_TheScopeIsEntered_UntilTheNextVersion()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await made.NewMemberAsync();
        var actor = Infrastructure.Actor(user);
        Infrastructure.Done(await made.Terms().PublishAsync(Infrastructure.Operator, made.Vo, new TermsPublication("One.", TimeSpan.Zero, null), null, default));
        var own = Assert.Single(Infrastructure.Done(await made.Admissions().ListScopesAsync(actor, default)));
        Assert.False(own.MayEnter);
        Assert.Equal(made.Vo, Assert.Single(own.TermsDue));
        Assert.Equal("One.", Infrastructure.Done(await made.Terms(1).FindAsync(actor, made.Vo, default)).Current.Text);
        Assert.Equal("other-version", (await made.Admissions().SignAsync(actor, made.Vo, 2, default)).Refusal!.Code);
        Assert.False(Infrastructure.Done(await made.Admissions().SignAsync(actor, made.Vo, 1, default)).IsDue);
        var session = await made.EnterAsync(user, made.Vre);
        Assert.Equal(made.Vre, await made.PlaceAsync(1, session));
        Infrastructure.Done(await made.Terms().PublishAsync(Infrastructure.Operator, made.Vo, new TermsPublication("Two.", TimeSpan.Zero, null), null, default));
        Assert.Null(await made.PlaceAsync(1, session));
        Assert.Equal([2, 1], Infrastructure.Done(await made.Terms().ListVersionsAsync(actor, made.Vo, default)).Select(version => version.Version));
    }

    [Fact]
    public async Task SuspensionOfADirectorysMember_BlocksIt_AndEndsWithoutATrace()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await nodes.NewUserAsync();
        await nodes.Grains(0).Memberships(user).ReplaceFromDirectoryAsync("ldap", [new Membership(made.Vre, [], null, null)]);
        var session = await made.EnterAsync(user, made.Vre);
        Assert.Equal(made.Vre, await made.PlaceAsync(1, session));
        Assert.Equal("from-directory", (await made.Members().RemoveAsync(Infrastructure.Operator, made.Vre, user.ToString(), null, default)).Refusal!.Code);
        Assert.True(Infrastructure.Done(await made.Members().SuspendAsync(Infrastructure.Operator, made.Vre, user.ToString(), null, default)).Suspended);
        Assert.Null(await made.PlaceAsync(1, session));
        Assert.Equal("membership-suspended", (await made.Admissions().LeaveAsync(Infrastructure.Actor(user), made.Vre, default)).Refusal!.Code);
        var resumed = Infrastructure.Done(await made.Members().ResumeAsync(Infrastructure.Operator, made.Vre, user.ToString(), null, default));
        Assert.Null(resumed.Own);
        Assert.Equal("ldap", Assert.Single(resumed.Directories));
    }
}
