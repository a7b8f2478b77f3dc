using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Administration;

/// <summary>Several administrators at once, on two nodes: nothing is lost, and once means once.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class ConcurrencyTests(GrainNodes nodes)
{
    [Fact]
    public async Task ChangeThatRestsOnWhatIsGone_IsRefused()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = await made.HolderAsync(Roles.VOAdmin);
        var read = Infrastructure.Done(await made.Scopes().FindAsync(admin, made.Vre, default));
        Infrastructure.Done(await made.Scopes(1).ChangeAsync(admin, made.Vre, new ScopeChange { Description = new("first") }, [read.Tag], default));
        var second = await made.Scopes().ChangeAsync(admin, made.Vre, new ScopeChange { Description = new("second") }, [read.Tag], default);
        Assert.Equal(RefusalKind.PreconditionFailed, second.Refusal!.Kind);
        Assert.Equal("first", Infrastructure.Done(await made.Scopes().FindAsync(admin, made.Vre, default)).Scope.Description);
    }

    [Fact]
    public async Task ChangesOfDifferentMembers_OnBothNodes_AllTakePlace()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = await made.HolderAsync(Roles.VOAdmin);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var user = await nodes.NewUserAsync();
            return await made.Members(i % 2).AddAsync(admin, made.Vre, new NewMember(user.ToString()), default);
        }));
        Assert.All(results, result => Assert.True(result.IsDone, result.Refusal?.ToString()));
        Assert.Equal(8, Infrastructure.Done(await made.Members(1).ListAsync(admin, made.Vre, new MemberQuery(), default)).Total);
    }

    [Fact]
    public async Task RequestThatTwoManagersAccept_IsAcceptedOnce()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var managers = new[] { await made.HolderAsync(Roles.VREManager), await made.HolderAsync(Roles.VOAdmin) };
        var user = await nodes.NewUserAsync();
        Infrastructure.Done(await made.Admissions().RequestAsync(Infrastructure.Actor(user), made.Vre, null, default));
        var results = await Task.WhenAll(managers.Select((manager, node) => made.Members(node).AcceptAsync(manager, made.Vre, user.ToString(), [], null, null, default)));
        Assert.Single(results, result => result.IsDone);
        Assert.Equal("no-such-request", results.Single(result => !result.IsDone).Refusal!.Code);
        var member = Infrastructure.Done(await made.Members().FindAsync(managers[1], made.Vre, user.ToString(), default));
        Assert.NotNull(member.Own!.RequestedAt);
        Assert.Contains(member.Own.AcceptedBy, managers.Select(manager => manager.Name));
    }

    [Fact]
    public async Task Invitation_IsUsedOnce_OnWhateverNode()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var issued = Infrastructure.Done(await made.Invitations().InviteAsync(await made.HolderAsync(Roles.VREManager), made.Vre, new NewInvitation(), default));
        var users = new[] { await nodes.NewUserAsync(), await nodes.NewUserAsync(), await nodes.NewUserAsync(), await nodes.NewUserAsync() };
        var results = await Task.WhenAll(users.Select((user, i) => made.Admissions(i % 2).AcceptInvitationAsync(Infrastructure.Actor(user), issued.Secret, default)));
        Assert.Single(results, result => result.IsDone);
        Assert.All(results.Where(result => !result.IsDone), result => Assert.Equal("no-such-invitation", result.Refusal!.Code));
    }

    [Fact]
    public async Task TwoManagersWhoRemoveEachOther_LeaveOne()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var one = Infrastructure.Actor(await made.NewMemberAsync(made.Root, Roles.InfrastructureManager));
        var other = Infrastructure.Actor(await made.NewMemberAsync(made.Root, Roles.InfrastructureManager));
        var results = await Task.WhenAll(
            made.Members().RemoveAsync(one, made.Root, other.Name, null, default), made.Members(1).RemoveAsync(other, made.Root, one.Name, null, default));
        Assert.Single(results, result => result.IsDone);
        var left = Infrastructure.Done(await made.Members().ListAsync(Infrastructure.Operator, made.Root, new MemberQuery { Role = Roles.InfrastructureManager }, default));
        var last = Assert.Single(left.Items);
        var actor = Infrastructure.Actor(last.User.Key);
        Assert.Equal("last-manager", (await made.Admissions().LeaveAsync(actor, made.Root, default)).Refusal!.Code);
        Assert.Equal("last-manager", (await made.Members().SuspendAsync(actor, made.Root, actor.Name, null, default)).Refusal!.Code);
        Assert.True((await made.Members().RemoveAsync(Infrastructure.Operator, made.Root, actor.Name, null, default)).IsDone);
    }

    [Fact]
    public async Task TheLastManager_IsNeitherDisabledNorRemovedAsAUser()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var one = Infrastructure.Actor(await made.NewMemberAsync(made.Root, Roles.InfrastructureManager));
        var other = Infrastructure.Actor(await made.NewMemberAsync(made.Root, Roles.InfrastructureManager));
        var results = await Task.WhenAll(
            nodes.Users(0).SetDisabledAsync(one, other.Name, true, null, default), nodes.Users(1).SetDisabledAsync(other, one.Name, true, null, default));
        Assert.Single(results, result => result.IsDone);
        var last = results[0].IsDone ? one : other;
        Assert.Equal("last-manager", (await nodes.Users(0).SetDisabledAsync(last, last.Name, true, null, default)).Refusal?.Code);
        Assert.Equal("last-manager", (await nodes.Users(0).RemoveAsync(last, last.Name, null, default)).Refusal?.Code);
        Assert.True((await nodes.Users(0).SetDisabledAsync(Infrastructure.Operator, last.Name, true, null, default)).IsDone);
    }
}
