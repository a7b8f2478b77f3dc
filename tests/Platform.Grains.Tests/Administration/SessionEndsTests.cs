using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Administration;

/// <summary>What an administrator ends on one node is over on the other at its next look (invariant 2), and nothing else is.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class SessionEndsTests(GrainNodes nodes)
{
    [Fact]
    public async Task One_EndsAlone()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await made.NewMemberAsync();
        var (ended, other) = (await made.EnterAsync(user, made.Vre), await made.EnterAsync(user, made.Vre));
        Assert.Equal(1, Infrastructure.Done(await Sessions().EndAsync(Infrastructure.Operator, (await LiveAsync(ended))!.Session.Handle, default)).Sessions);
        Assert.Null(await LiveAsync(ended));
        Assert.NotNull(await LiveAsync(other));
        Assert.Equal("no-such-session", (await Sessions().EndAsync(Infrastructure.Operator, "0123456789abcdef", default)).Refusal!.Code);
    }

    [Fact]
    public async Task AUsers_EndTogether()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var (user, stranger) = (await made.NewMemberAsync(), await made.NewMemberAsync());
        var (first, second, others) = (await made.EnterAsync(user, made.Vre), await made.EnterAsync(user, made.Vre), await made.EnterAsync(stranger, made.Vre));
        Assert.Equal(2, Infrastructure.Done(await Sessions().EndOfUserAsync(Infrastructure.Operator, user.ToString(), default)).Sessions);
        Assert.Null(await LiveAsync(first));
        Assert.Null(await LiveAsync(second));
        Assert.NotNull(await LiveAsync(others));
    }

    [Fact]
    public async Task PresenceInAScope_Ends_AndTheLoginGoesOn()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await made.NewMemberAsync();
        var session = await made.EnterAsync(user, made.Vre);
        var manager = await made.HolderAsync(Roles.VREManager);
        Infrastructure.Done(await Sessions().EndInScopeAsync(manager, made.Vre, default));
        var live = await LiveAsync(session);
        Assert.NotNull(live);
        Assert.Null(live.Scope);
        Assert.Equal("not-allowed", (await Sessions().EndInScopeAsync(manager, made.Vo, default)).Refusal!.Code);
        Assert.Equal("not-allowed", (await Sessions().EndInScopeAsync(Infrastructure.Actor(user), made.Vre, default)).Refusal!.Code);
    }

    [Fact]
    public async Task AllOfAllUsers_End_AndNoManagerOfAScopeDoesIt()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var sessions = new List<SessionKey>();
        for (var i = 0; i < 3; i++)
        {
            sessions.Add(await made.EnterAsync(await made.NewMemberAsync(), made.Vre));
        }

        Assert.Equal(RefusalKind.Forbidden, (await Sessions().EndAllAsync(await made.HolderAsync(Roles.VOAdmin), default)).Refusal!.Kind);
        Assert.NotNull(await LiveAsync(sessions[0]));
        Assert.InRange(Infrastructure.Done(await Sessions().EndAllAsync(Infrastructure.Operator, default)).Sessions, 3, long.MaxValue);
        foreach (var session in sessions)
        {
            Assert.Null(await LiveAsync(session));
        }

        Assert.Empty(Infrastructure.Done(await Sessions().ListAsync(Infrastructure.Operator, new SessionFilter(), new PageRequest(), default)).Items);
    }

    private SessionAdministration Sessions() => nodes.Get<SessionAdministration>(0);

    private async Task<LiveSession?> LiveAsync(SessionKey session) => await nodes.Get<ISessionCheck>(1).FindLiveAsync(session, default);
}
