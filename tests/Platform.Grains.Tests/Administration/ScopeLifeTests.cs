using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Administration;

/// <summary>A scope from its definition to its archive.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class ScopeLifeTests(GrainNodes nodes)
{
    [Fact]
    public async Task Definition_IsRejected_SentAgain_AndApproved()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var designer = await made.HolderAsync(Roles.VREDesigner);
        var admin = await made.HolderAsync(Roles.VOAdmin);
        var manager = await nodes.NewUserAsync();
        var path = new ScopePath($"{made.Vo}/New");
        var wanted = new VreDefinition { DisplayName = "New one", Manager = manager.ToString(), EndsAt = nodes.Time.GetUtcNow().AddYears(1) };
        Infrastructure.Done(await made.Definitions().DefineAsync(designer, path, wanted, default));
        Assert.Equal("path-defined", (await made.Scopes().CreateAsync(admin, new NewScope(path), default)).Refusal!.Code);
        Assert.Contains(Infrastructure.Done(await made.Definitions(1).ListAsync(admin, made.Vo, new PageRequest(), default)).Items, definition => definition.Path == path);
        Infrastructure.Done(await made.Definitions().RejectAsync(admin, path, "a better name", null, default));
        Assert.Equal("definition-rejected", (await made.Definitions().ApproveAsync(admin, path, null, default)).Refusal!.Code);
        Assert.Equal("a better name", Infrastructure.Done(await made.Definitions().FindAsync(designer, path, default)).Reason);
        var again = Infrastructure.Done(await made.Definitions().ChangeAsync(designer, path, wanted with { DisplayName = "Better" }, null, default));
        Assert.Null(again.RejectedAt);
        Assert.Equal(RefusalKind.PreconditionFailed, (await made.Definitions(1).ApproveAsync(admin, path, ["another"], default)).Refusal!.Kind);
        again = Infrastructure.Done(await made.Definitions(1).FindAsync(admin, path, default));
        var scope = Infrastructure.Done(await made.Definitions(1).ApproveAsync(admin, path, [again.Tag], default));
        Assert.Equal(("Better", true), (scope.Scope.DisplayName, scope.IsOpen));
        Assert.True((await made.Scopes().ChangeAsync(Infrastructure.Actor(manager), path, new ScopeChange { DisplayName = new("Mine") }, null, default)).IsDone);
        Assert.Equal(
            Roles.VREDesigner, Assert.Single(Infrastructure.Done(await made.Members().FindAsync(admin, path, designer.Name, default)).Roles));
        Assert.Equal("no-such-definition", (await made.Definitions().FindAsync(admin, path, default)).Refusal!.Code);
    }

    [Fact]
    public async Task Definition_NeedsPeopleWhoExist_AndTimesThatFit()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var now = nodes.Time.GetUtcNow();
        var user = (await nodes.NewUserAsync()).ToString();
        Assert.Equal("manager", await FieldAsync(new VreDefinition { Manager = "nobody at all" }));
        Assert.Equal("designer", await FieldAsync(new VreDefinition { Manager = user, Designer = "nobody at all" }));
        Assert.Equal("endsAt", await FieldAsync(new VreDefinition { Manager = user, Designer = user, StartsAt = now.AddDays(2), EndsAt = now.AddDays(1) }));
        Assert.Equal("endsAt", await FieldAsync(new VreDefinition { Manager = user, Designer = user, EndsAt = now.AddDays(-1) }));
        Assert.Equal("displayName", await FieldAsync(new VreDefinition { Manager = user, Designer = user, DisplayName = "a\u0001b" }));
        Assert.Equal("description", await FieldAsync(new VreDefinition { Manager = user, Designer = user, Description = new string('x', 20_001) }));
        Assert.Equal("message", await FieldAsync(new VreDefinition { Manager = user, Designer = user, Message = new string('x', 1_001) }));

        async Task<string?> FieldAsync(VreDefinition definition) =>
            (await made.Definitions().DefineAsync(Infrastructure.Operator, new ScopePath($"{made.Vo}/New"), definition, default)).Refusal!.Field;
    }

    [Fact]
    public async Task MovedVre_TakesAllThatBelongsToIt()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var member = await made.NewMemberAsync(made.Vre, Roles.DataManager);
        var asking = Infrastructure.Actor(await nodes.NewUserAsync());
        Infrastructure.Done(await made.Admissions().RequestAsync(asking, made.Vre, "please", default));
        var issued = Infrastructure.Done(await made.Invitations().InviteAsync(Infrastructure.Operator, made.Vre, new NewInvitation(), default));
        Assert.True(ResourcePath.TryParse("data/one", out var document));
        await StateTransaction.RunAsync(
            nodes.States(0),
            async (transaction, token) =>
            {
                var key = new ResourceKey(made.Vre, document).ToString();
                await transaction.FindAsync<ResourceState>(StateNames.Resource, key, token);
                transaction.Set(StateNames.Resource, key, new ResourceState { Content = "{}", ChangedBy = member.ToString() });
                return true;
            },
            default);
        var moved = Infrastructure.Done(await made.Scopes(1).MoveAsync(await made.HolderAsync(Roles.InfrastructureManager), made.Vre, made.OtherVo, null, default));
        var to = new ScopePath($"{made.OtherVo}/Vre");
        Assert.Equal((to, 1, 1), (moved.Scope.Scope.Path, moved.Members, moved.Documents));
        Assert.Equal(AdministrationRefusal.NoSuchScope, (await made.Scopes().FindAsync(Infrastructure.Operator, made.Vre, default)).Refusal);
        Assert.Equal(Roles.DataManager, Assert.Single(Infrastructure.Done(await made.Members().FindAsync(Infrastructure.Operator, to, member.ToString(), default)).Roles));
        Assert.Equal(to, Assert.Single(Infrastructure.Done(await made.Admissions().ListRequestsAsync(asking, default))).Path);
        Assert.Equal(to, Infrastructure.Done(await made.Admissions().AcceptInvitationAsync(Infrastructure.Actor(await nodes.NewUserAsync()), issued.Secret, default)).Scope.Path);
        Assert.Equal("{}", Assert.Single(await nodes.Resources(0).FindAsync(to, document, default)).Content);
        Assert.Empty(await nodes.Resources(0).FindAsync(made.Vre, document, default));
    }

    [Fact]
    public async Task ArchivedScope_IsReadOnly_WithAllThatLiesBelow()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = await made.HolderAsync(Roles.InfrastructureManager);
        Infrastructure.Done(await made.Scopes().ArchiveAsync(admin, made.Vo, null, default));
        AdministrationRefusal?[] refusals =
        [
            (await made.Scopes().ChangeAsync(admin, made.Vo, new ScopeChange { DisplayName = new("V") }, null, default)).Refusal,
            (await made.Scopes().ReopenAsync(admin, made.Vo, null, default)).Refusal,
            (await made.Scopes().CreateAsync(admin, new NewScope(new ScopePath($"{made.Vo}/X")), default)).Refusal,
            (await made.Scopes().ChangeAsync(admin, made.Vre, new ScopeChange { DisplayName = new("V") }, null, default)).Refusal,
            (await made.Scopes().MoveAsync(admin, made.Vre, made.OtherVo, null, default)).Refusal,
            (await made.Members().AddAsync(admin, made.Vre, new NewMember((await nodes.NewUserAsync()).ToString()), default)).Refusal,
            (await made.Invitations().InviteAsync(admin, made.Vre, new NewInvitation(), default)).Refusal,
            (await made.Terms().PublishAsync(admin, made.Vo, new TermsPublication("x", TimeSpan.Zero, null), null, default)).Refusal,
        ];
        Assert.All(refusals, refusal => Assert.Equal("scope-archived", refusal?.Code));
        Assert.Equal("path-taken", (await made.Scopes().CreateAsync(Infrastructure.Operator, new NewScope(made.Root), default)).Refusal!.Code);
        Assert.True((await made.Scopes().FindAsync(admin, made.Vo, default)).Value!.Scope.Archived);
    }

    [Fact]
    public async Task List_IsPaged_AndShowsWhatTheActorMaySee()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = await made.HolderAsync(Roles.InfrastructureManager);
        var first = Infrastructure.Done(await made.Scopes().ListAsync(admin, new ScopeQuery { Below = made.Root, Page = new PageRequest(2) }, default));
        Assert.Equal((3, 2), (first.Total, first.Items.Count));
        var second = Infrastructure.Done(await made.Scopes(1).ListAsync(admin, new ScopeQuery { Below = made.Root, Page = new PageRequest(2, first.Next) }, default));
        Assert.Null(second.Next);
        Assert.Equal([made.OtherVo, made.Vo, made.Vre], first.Items.Concat(second.Items).Select(item => item.Scope.Path));
        Assert.Equal(1, first.Items[1].Children);
        Assert.Equal("cursor", (await made.Scopes().ListAsync(admin, new ScopeQuery { Page = new PageRequest(2, "?") }, default)).Refusal!.Field);
        var mine = Infrastructure.Done(await made.Scopes().ListAsync(
            await made.HolderAsync(Roles.VREManager), new ScopeQuery { Below = made.Root, Allowing = Permission.EditScope }, default));
        Assert.Equal(made.Vre, Assert.Single(mine.Items).Scope.Path);
    }
}
