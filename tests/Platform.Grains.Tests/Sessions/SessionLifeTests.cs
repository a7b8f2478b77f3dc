using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.Scopes;
using Platform.Storage;

namespace Platform.Grains.Tests.Sessions;

[Collection(GrainNodesTests.Name)]
public sealed class SessionLifeTests(GrainNodes nodes)
{
    [Fact]
    public async Task Login_IsAliveOnEveryNode()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        Assert.Equal(user, (await LiveAsync(0, session))!.User.Key);
        Assert.Equal(user, (await LiveAsync(1, session))!.User.Key);
    }

    [Fact]
    public async Task InventedId_IsNoSession() => Assert.Null(await LiveAsync(0, SessionKey.FromId(SessionId.New())));

    [Fact]
    public async Task End_OnOneNode_IsTheEndOnAll_AndLeavesNothing()
    {
        var session = await nodes.LoginAsync(0, await nodes.NewUserAsync());
        await nodes.Grains(0).SessionAttributes(session).PutAsync("a", "text/plain", [1], ChangeCondition.None, nodes.Time.GetUtcNow().AddHours(1));
        Assert.NotNull(await LiveAsync(1, session));
        Assert.True(await nodes.Grains(0).Session(session).EndAsync());
        Assert.Null(await LiveAsync(1, session));
        Assert.Null(await LiveAsync(0, session));
        Assert.False(await nodes.Grains(1).Session(session).EndAsync());
        Assert.Null(await nodes.States(0).ReadAsync(new StateKey("session", session.Value), CancellationToken.None));
        Assert.Null(await nodes.States(0).ReadAsync(new StateKey("session-attributes", session.Value), CancellationToken.None));
    }

    [Fact]
    public async Task RepeatedStart_IsOneSession()
    {
        var user = await nodes.NewUserAsync();
        var key = SessionKey.FromId(SessionId.New());
        var first = await nodes.Grains(0).User(user).StartSessionAsync(GrainNodes.Start(key));
        var second = await nodes.Grains(1).User(user).StartSessionAsync(GrainNodes.Start(key));
        Assert.Equal(first.Session!.Handle, second.Session!.Handle);
        Assert.Single((await nodes.Grains(0).User(user).FindAsync())!.Sessions);
    }

    [Fact]
    public async Task Limit_EndsTheOldest()
    {
        var user = await nodes.NewUserAsync();
        var sessions = new List<SessionKey>();
        for (var i = 0; i < 4; i++)
        {
            sessions.Add(await nodes.LoginAsync(i % 2, user, limit: 3));
        }

        Assert.Null(await LiveAsync(1, sessions[0]));
        foreach (var session in sessions.Skip(1))
        {
            Assert.NotNull(await LiveAsync(0, session));
        }
    }

    [Fact]
    public async Task EndAll_EndsEverySession_AndNotTheNextLogin()
    {
        var user = await nodes.NewUserAsync();
        var before = await nodes.LoginAsync(0, user);
        Assert.NotNull(await LiveAsync(0, before));
        await nodes.Grains(1).User(user).EndAllSessionsAsync();
        Assert.Null(await LiveAsync(0, before));
        Assert.NotNull(await LiveAsync(0, await nodes.LoginAsync(0, user)));
    }

    [Fact]
    public async Task Disabled_EndsSessions_AndRefusesTheNext()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        Assert.NotNull(await LiveAsync(1, session));
        await nodes.SetDisabledAsync(user, true);
        Assert.Null(await LiveAsync(1, session));
        Assert.Null((await nodes.Grains(1).User(user).StartSessionAsync(GrainNodes.Start(SessionKey.FromId(SessionId.New())))).Session);
        await nodes.SetDisabledAsync(user, false);
        Assert.Null(await LiveAsync(0, session));
    }

    [Fact]
    public async Task Idle_EndsIt_AndALateTouchDoesNotBringItBack()
    {
        var session = await nodes.LoginAsync(0, await nodes.NewUserAsync());
        nodes.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Null(await LiveAsync(0, session));
        var now = nodes.Time.GetUtcNow();
        await nodes.Activity(0).TouchAsync(new StateKey("session", session.Value), now, now.AddMinutes(-30), CancellationToken.None);
        Assert.Null(await LiveAsync(0, session));
    }

    [Fact]
    public async Task Used_ItLivesOn_UntilItsAbsoluteEnd()
    {
        var session = await nodes.LoginAsync(0, await nodes.NewUserAsync());
        for (var minutes = 0; minutes < 12 * 60; minutes += 20)
        {
            Assert.NotNull(await LiveAsync(minutes % 2, session));
            nodes.Time.Advance(TimeSpan.FromMinutes(20));
            var now = nodes.Time.GetUtcNow();
            await nodes.Activity(1).TouchAsync(new StateKey("session", session.Value), now, now.AddMinutes(-30), CancellationToken.None);
        }

        Assert.Null(await LiveAsync(0, session));
    }

    [Fact]
    public async Task Sweeper_DeletesWhatIsOver_AndNothingElse()
    {
        var user = await nodes.NewUserAsync();
        var idle = await nodes.LoginAsync(0, user);
        nodes.Time.Advance(TimeSpan.FromMinutes(31));
        var alive = await nodes.LoginAsync(0, user);
        Assert.True(await nodes.Grains(1).Sweeper().SweepAsync(CancellationToken.None) >= 1);
        Assert.Null(await nodes.States(0).ReadAsync(new StateKey("session", idle.Value), CancellationToken.None));
        Assert.NotNull(await LiveAsync(0, alive));
    }

    [Fact]
    public async Task Scope_CountsWhileTheMembershipHolds()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        var scope = new ScopePath("/nowhere");
        await nodes.AdmitAsync(user, new Membership(scope, [], null, null));
        Assert.True(await nodes.Grains(1).Session(session).EnterScopeAsync(scope, 0));

        // The session says it is in the scope; there is no such scope, so it is in none.
        var live = await LiveAsync(0, session);
        Assert.Equal(scope, live!.Session.Scope);
        Assert.Null(live.Scope);
        Assert.Empty(live.Roles);
    }

    private ValueTask<LiveSession?> LiveAsync(int node, SessionKey session) => nodes.Check(node).FindLiveAsync(session, CancellationToken.None);
}
