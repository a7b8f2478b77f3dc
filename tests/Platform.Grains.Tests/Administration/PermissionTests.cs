using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;
using Act = System.Func<Platform.Grains.Tests.Administration.Infrastructure, Platform.Grains.Administration.AdministrationActor, System.Threading.Tasks.Task<Platform.Grains.Administration.AdministrationRefusal?>>;

namespace Platform.Grains.Tests.Administration;

/// <summary>Each act on scopes and members by a holder of each role: who may stands here, apart from the table in the code.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class PermissionTests(GrainNodes nodes)
{
    private const string I = Roles.InfrastructureManager;
    private const string V = Roles.VOAdmin;
    private const string M = Roles.VREManager;
    private const string D = Roles.VREDesigner;

    private static readonly string[] Everyone = [.. Roles.All.Values, "stranger"];

    private static readonly Dictionary<string, (string[] Allowed, Act Act)> Acts = new()
    {
        ["see what is allowed in a hidden scope"] = ([I, V, M], async (made, actor) =>
        {
            var vre = await made.NewVreAsync();
            Infrastructure.Done(await made.Scopes().ChangeAsync(Infrastructure.Operator, vre, new ScopeChange { Visibility = new(ScopeVisibility.Hidden) }, null, default));
            if (actor.Subject is { } subject && subject == (await made.HolderAsync(M)).Subject)
            {
                Infrastructure.Done(await made.Members().AddAsync(Infrastructure.Operator, vre, new NewMember(subject.ToString()) { Roles = [M] }, default));
            }

            return (await made.Scopes().FindAsync(actor, vre, default)).Refusal;
        }),
        ["rename"] = ([I, V, M], async (made, actor) =>
            (await made.Scopes().ChangeAsync(actor, made.Vre, new ScopeChange { DisplayName = new("A name") }, null, default)).Refusal),
        ["set an end"] = ([I, V], async (made, actor) =>
            (await made.Scopes().ChangeAsync(actor, made.Vre, new ScopeChange { EndsAt = new Given<DateTimeOffset?>(made.Nodes.Time.GetUtcNow().AddYears(1)) }, null, default)).Refusal),
        ["make an infrastructure"] = ([], async (made, actor) =>
            (await made.Scopes().CreateAsync(actor, new NewScope(new ScopePath($"/x{Guid.NewGuid():N}")), default)).Refusal),
        ["make a VO"] = ([I], async (made, actor) => (await made.Scopes().CreateAsync(actor, new NewScope(new ScopePath($"{made.Root}/{made.NewName()}")), default)).Refusal),
        ["make a VRE"] = ([I, V], async (made, actor) => (await made.Scopes().CreateAsync(actor, new NewScope(new ScopePath($"{made.Vo}/{made.NewName()}")), default)).Refusal),
        ["define a VRE"] = ([I, V, D], async (made, actor) => (await DefineAsync(made, actor)).Refusal),
        ["approve a VRE"] = ([I, V], async (made, actor) =>
        {
            var definition = Infrastructure.Done(await DefineAsync(made, Infrastructure.Operator));
            return (await made.Definitions().ApproveAsync(actor, definition.Path, null, default)).Refusal;
        }),
        ["reject a VRE"] = ([I, V], async (made, actor) =>
        {
            var definition = Infrastructure.Done(await DefineAsync(made, Infrastructure.Operator));
            return (await made.Definitions().RejectAsync(actor, definition.Path, "no", null, default)).Refusal;
        }),
        ["suspend"] = ([I, V], async (made, actor) => (await made.Scopes().SuspendAsync(actor, await made.NewVreAsync(), null, default)).Refusal),
        ["reopen"] = ([I, V], async (made, actor) =>
        {
            var vre = await made.NewVreAsync();
            Infrastructure.Done(await made.Scopes().SuspendAsync(Infrastructure.Operator, vre, null, default));
            return (await made.Scopes().ReopenAsync(actor, vre, null, default)).Refusal;
        }),
        ["archive"] = ([I, V], async (made, actor) => (await made.Scopes().ArchiveAsync(actor, await made.NewVreAsync(), null, default)).Refusal),
        ["move to another VO"] = ([I], async (made, actor) => (await made.Scopes().MoveAsync(actor, await made.NewVreAsync(), made.OtherVo, null, default)).Refusal),
        ["see members"] = ([I, V, M], async (made, actor) => (await made.Members().ListAsync(actor, made.Vre, new MemberQuery(), default)).Refusal),
        ["see requests"] = ([I, V, M], async (made, actor) => (await made.Members().ListRequestsAsync(actor, made.Vre, new PageRequest(), default)).Refusal),
        ["add a member"] = ([I, V, M], (made, actor) => AddAsync(made, actor, made.Vre)),
        ["add a member of the VO"] = ([I, V], (made, actor) => AddAsync(made, actor, made.Vo)),
        ["give VRE-Manager"] = ([I, V, M], (made, actor) => AddAsync(made, actor, made.Vre, M)),
        ["give Catalogue-Admin"] = ([I, V, M], (made, actor) => AddAsync(made, actor, made.Vre, Roles.CatalogueAdmin)),
        ["give VRE-Designer"] = ([I, V], (made, actor) => AddAsync(made, actor, made.Vre, D)),
        ["give VO-Admin"] = ([I, V], (made, actor) => AddAsync(made, actor, made.Vo, V)),
        ["give VO-Admin at the root"] = ([I], (made, actor) => AddAsync(made, actor, made.Root, V)),
        ["give Infrastructure-Manager"] = ([I], (made, actor) => AddAsync(made, actor, made.Root, I)),
        ["change a member"] = ([I, V, M], async (made, actor) => (await made.Members().ChangeAsync(
            actor, made.Vre, (await made.NewMemberAsync()).ToString(), new MemberChange { Roles = new([Roles.DataManager]) }, null, default)).Refusal),
        ["take VO-Admin"] = ([I, V], async (made, actor) => (await made.Members().ChangeAsync(
            actor, made.Vo, (await made.NewMemberAsync(made.Vo, V)).ToString(), new MemberChange { Roles = new([]) }, null, default)).Refusal),
        ["suspend a member"] = ([I, V, M], async (made, actor) => (await made.Members().SuspendAsync(actor, made.Vre, (await made.NewMemberAsync()).ToString(), null, default)).Refusal),
        ["resume a member"] = ([I, V, M], async (made, actor) =>
        {
            var user = (await made.NewMemberAsync()).ToString();
            Infrastructure.Done(await made.Members().SuspendAsync(Infrastructure.Operator, made.Vre, user, null, default));
            return (await made.Members().ResumeAsync(actor, made.Vre, user, null, default)).Refusal;
        }),
        ["remove a member"] = ([I, V, M], async (made, actor) => (await made.Members().RemoveAsync(actor, made.Vre, (await made.NewMemberAsync()).ToString(), null, default)).Refusal),
        ["remove the VO's admin"] = ([I, V], async (made, actor) => (await made.Members().RemoveAsync(actor, made.Vo, (await made.NewMemberAsync(made.Vo, V)).ToString(), null, default)).Refusal),
        ["accept a request"] = ([I, V, M], async (made, actor) =>
            (await made.Members().AcceptAsync(actor, made.Vre, (await AskAsync(made)).ToString(), [], null, null, default)).Refusal),
        ["reject a request"] = ([I, V, M], async (made, actor) =>
            (await made.Members().RejectAsync(actor, made.Vre, (await AskAsync(made)).ToString(), "no", null, default)).Refusal),
        ["invite"] = ([I, V, M], async (made, actor) => (await made.Invitations().InviteAsync(actor, made.Vre, new NewInvitation(), default)).Refusal),
        ["take an invitation back"] = ([I, V, M], async (made, actor) =>
        {
            var issued = Infrastructure.Done(await made.Invitations().InviteAsync(Infrastructure.Operator, made.Vre, new NewInvitation(), default));
            return (await made.Invitations().RevokeAsync(actor, made.Vre, issued.Invitation.Id, default)).Refusal;
        }),
        ["publish the VO's terms"] = ([I, V], async (made, actor) =>
            (await made.Terms().PublishAsync(actor, made.Vo, new TermsPublication("Be kind.", TimeSpan.FromDays(30), null), null, default)).Refusal),
    };

    public static TheoryData<string> Names => [.. Acts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Act_IsForItsRolesAlone(string name)
    {
        var (allowed, act) = Acts[name];
        var made = await Infrastructure.MakeAsync(nodes);
        foreach (var role in Everyone)
        {
            var refusal = await act(made, await made.HolderAsync(role));
            Assert.True(
                allowed.Contains(role) ? refusal is null : refusal is { Kind: RefusalKind.Forbidden or RefusalKind.NotFound }, $"{role}: {refusal}");
        }

        Assert.Null(await act(made, Infrastructure.Operator));
    }

    [Fact]
    public async Task TokenForOneScope_AdministersThatOneAlone()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = (await made.HolderAsync(I)).Subject!.Value;
        var limited = AdministrationActor.Of(admin, made.Vo, "192.0.2.1");
        Assert.True((await made.Scopes().ChangeAsync(limited, made.Vo, new ScopeChange { DisplayName = new("V") }, null, default)).IsDone);
        Assert.False((await made.Scopes().ChangeAsync(limited, made.Vre, new ScopeChange { DisplayName = new("V") }, null, default)).IsDone);
        Assert.NotNull(await AddAsync(made, limited, made.Vo, V));
    }

    [Fact]
    public async Task AuthorityThatWasTaken_GivesNothing_OnAnotherNode()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = await made.HolderAsync(V);
        Assert.Null(await AddAsync(made, admin, made.Vre));
        Infrastructure.Done(await made.Members(1).RemoveAsync(Infrastructure.Operator, made.Vo, admin.Name, null, default));
        Assert.NotNull(await AddAsync(made, admin, made.Vre));
    }

    private static async Task<AdministrationRefusal?> AddAsync(Infrastructure made, AdministrationActor actor, ScopePath scope, params string[] roles)
    {
        var user = await made.Nodes.NewUserAsync();
        return (await made.Members().AddAsync(actor, scope, new NewMember(user.ToString()) { Roles = [.. roles] }, default)).Refusal;
    }

    private static async Task<AdministrationResult<AdministeredDefinition>> DefineAsync(Infrastructure made, AdministrationActor actor)
    {
        var manager = (await made.Nodes.NewUserAsync()).ToString();
        return await made.Definitions().DefineAsync(
            actor, new ScopePath($"{made.Vo}/{made.NewName()}"), new VreDefinition { Manager = manager, Designer = manager }, default);
    }

    private static async Task<UserKey> AskAsync(Infrastructure made)
    {
        var user = await made.Nodes.NewUserAsync();
        Infrastructure.Done(await made.Admissions().RequestAsync(Infrastructure.Actor(user), made.Vre, "please", default));
        return user;
    }
}
