using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Administration;

/// <summary>An infrastructure of a test's own: two VOs, a VRE, and who holds each role where it belongs.</summary>
internal sealed class Infrastructure
{
    private readonly Dictionary<string, UserKey> _holders = [];
    private int _names;

    private Infrastructure(GrainNodes nodes, ScopePath root)
    {
        Nodes = nodes;
        Root = root;
        Vo = new ScopePath($"{root}/Vo");
        OtherVo = new ScopePath($"{root}/Other");
        Vre = new ScopePath($"{root}/Vo/Vre");
    }

    public static AdministrationActor Operator { get; } = AdministrationActor.Operator("root");

    public GrainNodes Nodes { get; }

    public ScopePath Root { get; }

    public ScopePath Vo { get; }

    public ScopePath OtherVo { get; }

    public ScopePath Vre { get; }

    public ScopeAdministration Scopes(int node = 0) => Nodes.Get<ScopeAdministration>(node);

    public DefinitionAdministration Definitions(int node = 0) => Nodes.Get<DefinitionAdministration>(node);

    public MemberAdministration Members(int node = 0) => Nodes.Get<MemberAdministration>(node);

    public InvitationAdministration Invitations(int node = 0) => Nodes.Get<InvitationAdministration>(node);

    public TermsAdministration Terms(int node = 0) => Nodes.Get<TermsAdministration>(node);

    public Admissions Admissions(int node = 0) => Nodes.Get<Admissions>(node);

    public static async Task<Infrastructure> MakeAsync(GrainNodes nodes)
    {
        var made = new Infrastructure(nodes, new ScopePath($"/i{Guid.NewGuid():N}"));
        foreach (var path in new[] { made.Root, made.Vo, made.OtherVo, made.Vre })
        {
            Done(await made.Scopes().CreateAsync(Operator, new NewScope(path), default));
        }

        return made;
    }

    public static AdministrationActor Actor(UserKey user) => AdministrationActor.Of(user, null, "192.0.2.1");

    public static T Done<T>(AdministrationResult<T> result)
        where T : class
    {
        Assert.True(result.IsDone, result.Refusal?.ToString());
        return result.Value;
    }

    /// <summary>A name that no scope of this infrastructure has.</summary>
    public string NewName() => FormattableString.Invariant($"N{++_names}");

    /// <summary>A VRE that was just made by the operator.</summary>
    public async Task<ScopePath> NewVreAsync(ScopeAdmission admission = ScopeAdmission.Restricted)
    {
        var path = new ScopePath($"{Vo}/{NewName()}");
        Done(await Scopes().CreateAsync(Operator, new NewScope(path) { Admission = admission }, default));
        return path;
    }

    /// <summary>A user who is a member of the VRE, or of another scope.</summary>
    public async Task<UserKey> NewMemberAsync(ScopePath? scope = null, params string[] roles)
    {
        var user = await Nodes.NewUserAsync();
        Done(await Members().AddAsync(Operator, scope ?? Vre, new NewMember(user.ToString()) { Roles = [.. roles] }, default));
        return user;
    }

    /// <summary>Who holds a role where it belongs: in the VRE, unless it is held in what lies above; and a stranger.</summary>
    public async Task<AdministrationActor> HolderAsync(string role)
    {
        if (!_holders.TryGetValue(role, out var user))
        {
            user = _holders[role] = role switch
            {
                "stranger" => await Nodes.NewUserAsync(),
                Roles.InfrastructureManager => await NewMemberAsync(Root, role),
                Roles.VOAdmin or Roles.VREDesigner => await NewMemberAsync(Vo, role),
                Roles.Member => await NewMemberAsync(),
                _ => await NewMemberAsync(Vre, role),
            };
        }

        return Actor(user);
    }

    /// <summary>A session that entered a scope.</summary>
    public async Task<SessionKey> EnterAsync(UserKey user, ScopePath scope)
    {
        var session = await Nodes.LoginAsync(0, user);
        var epoch = (await Nodes.Grains(0).Scopes().FindAsync(scope))!.Epoch;
        Assert.True(await Nodes.Grains(0).Session(session).EnterScopeAsync(scope, epoch));
        return session;
    }

    /// <summary>Where a session is, as a node sees it.</summary>
    public async Task<ScopePath?> PlaceAsync(int node, SessionKey session) =>
        (await Nodes.Check(node).FindLiveAsync(session, CancellationToken.None))!.Scope?.Path;
}
