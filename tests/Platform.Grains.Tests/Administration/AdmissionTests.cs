using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Storage;

namespace Platform.Grains.Tests.Administration;

/// <summary>How people come into scopes, and out of them.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class AdmissionTests(GrainNodes nodes)
{
    [Theory]
    [InlineData(ScopeAdmission.Open, null, "join-freely")]
    [InlineData(ScopeAdmission.Restricted, "request-needed", null)]
    [InlineData(ScopeAdmission.Private, "invitation-needed", "invitation-needed")]
    public async Task Admission_DecidesWhoMayDoWhat(ScopeAdmission admission, string? ofJoining, string? ofAsking)
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var vre = await made.NewVreAsync(admission);
        Assert.Equal(ofJoining, (await made.Admissions().JoinAsync(Infrastructure.Actor(await nodes.NewUserAsync()), vre, default)).Refusal?.Code);
        Assert.Equal(ofAsking, (await made.Admissions().RequestAsync(Infrastructure.Actor(await nodes.NewUserAsync()), vre, "please", default)).Refusal?.Code);
    }

    [Fact]
    public async Task HiddenScope_IsNotThere_ForWhoMayNotSeeIt()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        Infrastructure.Done(await made.Scopes().ChangeAsync(
            Infrastructure.Operator, made.Vre, new ScopeChange { Visibility = new(ScopeVisibility.Hidden), Admission = new(ScopeAdmission.Open) }, null, default));
        var stranger = Infrastructure.Actor(await nodes.NewUserAsync());
        var nowhere = new ScopePath($"{made.Vo}/Nowhere");
        foreach (var path in new[] { made.Vre, nowhere })
        {
            Assert.Equal(AdministrationRefusal.NoSuchScope, (await made.Admissions().JoinAsync(stranger, path, default)).Refusal);
            Assert.Equal(AdministrationRefusal.NoSuchScope, (await made.Admissions().RequestAsync(stranger, path, null, default)).Refusal);
            Assert.Equal(AdministrationRefusal.NoSuchScope, (await made.Scopes().FindAsync(stranger, path, default)).Refusal);
            Assert.Equal(AdministrationRefusal.NoSuchScope, (await made.Members().ListAsync(stranger, path, new MemberQuery(), default)).Refusal);
            Assert.Equal(AdministrationRefusal.NoSuchScope, (await made.Terms().FindAsync(stranger, path, default)).Refusal);
        }

        Assert.DoesNotContain(
            Infrastructure.Done(await made.Admissions().ListJoinableAsync(stranger, null, new PageRequest(200), default)).Items, item => item.Scope.Path == made.Vre);
    }

    [Fact]
    public async Task Request_IsOneAtATime_AndMayBeSentAgainAfterARejection()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await nodes.NewUserAsync();
        var actor = Infrastructure.Actor(user);
        Infrastructure.Done(await made.Admissions().RequestAsync(actor, made.Vre, "please", default));
        Assert.Equal("already-requested", (await made.Admissions().RequestAsync(actor, made.Vre, "again", default)).Refusal!.Code);
        var manager = await made.HolderAsync(Roles.VREManager);
        var waiting = Assert.Single(Infrastructure.Done(await made.Members().ListRequestsAsync(manager, made.Vre, new PageRequest(), default)).Items);
        Assert.Equal(("please", user), (waiting.Message, waiting.User.Key));
        Assert.Equal(RefusalKind.PreconditionFailed, (await made.Members().RejectAsync(manager, made.Vre, user.ToString(), null, ["other"], default)).Refusal!.Kind);
        Infrastructure.Done(await made.Members().RejectAsync(manager, made.Vre, user.ToString(), "not now", [waiting.Tag], default));
        Assert.Equal("not now", Assert.Single(Infrastructure.Done(await made.Admissions().ListRequestsAsync(actor, default))).Answer);
        Assert.Empty(Infrastructure.Done(await made.Members().ListRequestsAsync(manager, made.Vre, new PageRequest(), default)).Items);
        Infrastructure.Done(await made.Admissions().RequestAsync(actor, made.Vre, "again", default));
        Infrastructure.Done(await made.Members().AcceptAsync(manager, made.Vre, user.ToString(), [Roles.DataManager], null, null, default));
        Assert.Empty(Infrastructure.Done(await made.Admissions().ListRequestsAsync(actor, default)));
        Assert.Contains(Roles.DataManager, Assert.Single(Infrastructure.Done(await made.Admissions().ListScopesAsync(actor, default))).Roles);
    }

    [Fact]
    public async Task SuspendedMember_ComesBackByNoOtherWay()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var vre = await made.NewVreAsync(ScopeAdmission.Open);
        var user = await made.NewMemberAsync(vre);
        var actor = Infrastructure.Actor(user);
        var issued = Infrastructure.Done(await made.Invitations().InviteAsync(Infrastructure.Operator, vre, new NewInvitation(), default));
        Infrastructure.Done(await made.Members().SuspendAsync(Infrastructure.Operator, vre, user.ToString(), null, default));
        Assert.Equal("membership-suspended", (await made.Admissions().LeaveAsync(actor, vre, default)).Refusal!.Code);
        Assert.False((await made.Admissions().JoinAsync(actor, vre, default)).IsDone);
        Assert.Equal("membership-suspended", (await made.Admissions().AcceptInvitationAsync(actor, issued.Secret, default)).Refusal!.Code);
        Assert.Equal("membership-suspended", (await made.Members().AddAsync(Infrastructure.Operator, vre, new NewMember(user.ToString()), default)).Refusal!.Code);
    }

    [Fact]
    public async Task Invitation_GivesWhatItsMakerMayStillGive()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var manager = await made.HolderAsync(Roles.VREManager);
        var issued = Infrastructure.Done(await made.Invitations().InviteAsync(manager, made.Vre, new NewInvitation { Roles = [Roles.VREManager] }, default));
        var invited = Infrastructure.Actor(await nodes.NewUserAsync());
        Assert.Equal(made.Vre, Infrastructure.Done(await made.Admissions().FindInvitationAsync(invited, issued.Secret, default)).Scope);
        Infrastructure.Done(await made.Members().RemoveAsync(Infrastructure.Operator, made.Vre, manager.Name, null, default));
        Assert.Equal("no-such-invitation", (await made.Admissions().AcceptInvitationAsync(invited, issued.Secret, default)).Refusal!.Code);
    }

    [Fact]
    public async Task Invitation_GivesNothing_WhileItsMakerMayNotLogIn()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var manager = await made.HolderAsync(Roles.VREManager);
        var issued = Infrastructure.Done(await made.Invitations().InviteAsync(manager, made.Vre, new NewInvitation { Roles = [Roles.VREManager] }, default));
        var invited = Infrastructure.Actor(await nodes.NewUserAsync());
        await nodes.SetDisabledAsync(manager.Subject!.Value, true);
        Assert.Equal("no-such-invitation", (await made.Admissions(1).AcceptInvitationAsync(invited, issued.Secret, default)).Refusal?.Code);
        await nodes.SetDisabledAsync(manager.Subject!.Value, false);
        Infrastructure.Done(await made.Admissions(1).AcceptInvitationAsync(invited, issued.Secret, default));
    }

    [Fact]
    public async Task Invitation_ThatIsOver_OpensNothing_AndIsSwept()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var until = nodes.Time.GetUtcNow().AddHours(1);
        var issued = Infrastructure.Done(await made.Invitations().InviteAsync(Infrastructure.Operator, made.Vre, new NewInvitation { EndsAt = until }, default));
        var row = new StateKey("invitation", issued.Invitation.Id);
        Assert.DoesNotContain(issued.Secret, System.Text.Encoding.UTF8.GetString((await nodes.States(0).ReadAsync(row, default))!.Payload.Span), StringComparison.Ordinal);
        nodes.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("no-such-invitation", (await made.Admissions().AcceptInvitationAsync(Infrastructure.Actor(await nodes.NewUserAsync()), issued.Secret, default)).Refusal!.Code);
        Assert.Empty(Infrastructure.Done(await made.Invitations().ListAsync(Infrastructure.Operator, made.Vre, new PageRequest(), default)).Items);
        await nodes.Grains(1).Sweeper().SweepAsync(default);
        Assert.Null(await nodes.States(0).ReadAsync(row, default));
    }

    [Fact]
    public async Task MembershipsThatAreOverForLong_AreSwept_AndNoticesComeBefore()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = await nodes.NewUserAsync();
        var actor = Infrastructure.Actor(user);
        var manager = await made.HolderAsync(Roles.VREManager);
        var until = nodes.Time.GetUtcNow().AddDays(10);
        Infrastructure.Done(await made.Members().AddAsync(manager, made.Vre, new NewMember(user.ToString()) { Until = until }, default));
        var told = Assert.Single(Infrastructure.Done(await nodes.Get<Notices>(0).ForUserAsync(actor, default)).Ends);
        Assert.Equal((made.Vre, user), (told.Scope.Path, told.Member!.Key));
        Assert.Contains(Infrastructure.Done(await nodes.Get<Notices>(1).ForManagerAsync(manager, default)).Ends, end => end.Member?.Key == user);
        nodes.Time.Advance(TimeSpan.FromDays(11));
        Assert.False(Assert.Single(Infrastructure.Done(await made.Admissions().ListScopesAsync(actor, default))).MayEnter);
        await nodes.Grains(1).Sweeper().SweepAsync(default);
        Assert.Single(await nodes.Grains(0).Memberships(user).ListAsync());
        nodes.Time.Advance(TimeSpan.FromDays(90));
        await nodes.Grains(1).Sweeper().SweepAsync(default);
        Assert.Empty(await nodes.Grains(0).Memberships(user).ListAsync());
    }

    [Fact]
    public async Task Roles_AreOfTheKind_AndValuesAreChecked()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var user = (await nodes.NewUserAsync()).ToString();
        string[] fields =
        [
            await FieldAsync(new NewMember(user) { Roles = ["Emperor"] }),
            await FieldAsync(new NewMember(user) { Roles = [Roles.InfrastructureManager] }),
            await FieldAsync(new NewMember(user) { Until = nodes.Time.GetUtcNow() }),
            await FieldAsync(new NewMember("nobody at all")),
            await FieldAsync(new NewMember("local:\0")),
        ];
        Assert.Equal(["roles", "roles", "until", "user", "user"], fields);

        async Task<string> FieldAsync(NewMember member)
        {
            var refusal = (await made.Members().AddAsync(Infrastructure.Operator, made.Vre, member, default)).Refusal!;
            Assert.Equal(RefusalKind.Invalid, refusal.Kind);
            return refusal.Field!;
        }
    }
}
