using Platform.Grains.Scopes;
using static Platform.Api.Tests.Administration.Permissions.PermissionNode;

namespace Platform.Api.Tests.Administration.Permissions;

/// <summary>An act for each permission that the platform itself asks for.</summary>
internal static class PermissionTable
{
    private const string I = Roles.InfrastructureManager;
    private const string V = Roles.VOAdmin;
    private const string M = Roles.VREManager;
    private const string D = Roles.VREDesigner;

    /// <summary>
    /// What other services ask for, where the platform says who may and has no act of its own for it; and the start of runs, which takes a machine
    /// and an image and has no command: it is tested where runs are.
    /// </summary>
    public static IReadOnlyDictionary<Permission, string[]> WithoutAct { get; } = new Dictionary<Permission, string[]>
    {
        [Permission.StartRuns] = [I, V, M, Roles.DataManager],
        [Permission.ManageData] = [I, V, M, Roles.DataManager],
        [Permission.AdministerCatalogue] = [I, V, M, Roles.CatalogueAdmin],
        [Permission.EditCatalogue] = [I, V, M, Roles.CatalogueAdmin, Roles.CatalogueEditor],
    };

    public static IReadOnlyList<PermissionAct> Acts { get; } =
    [
        new(
            Permission.ViewScope,
            [I, V, M],
            _ => new("GET", Api(Veiled)),
            _ => new("/admin/scopes?sought=Veiled", Link(Page(Veiled)), Page(Veiled)),
            _ => new(["scope", "show", Veiled])) { Shows = "Veiled" },
        new(
            Permission.EditScope,
            [I, V, M],
            target => new("PATCH", Api(Vre), $$"""{"description": "{{target.Name}}"}"""),
            target => new(
                Page(Vre), Link(Page(Vre, "edit")), Page(Vre, "edit"), Page(Vre, "edit"), ("description", target.Name), ("admission", "Restricted"), ("visibility", "Public")),
            target => new(["scope", "edit", Vre, "--description", target.Name])) { State = (node, _) => node.LookAsync(Api(Vre)) },
        new(
            Permission.CreateScope,
            [I, V],
            target => new("POST", "/admin/api/scopes", $$"""{"path": "{{target.New}}"}"""),
            target => new(Page(Vo), Link(Page(Vo, "new")), Page(Vo, "new"), Page(Vo, "new"), ("name", target.Name), ("admission", "Restricted"), ("visibility", "Public")),
            target => new(["scope", "create", target.New])) { State = (node, target) => node.LookAsync(Api(target.New)) },
        new(
            Permission.DefineScope,
            [I, V, D],
            target => new("POST", "/admin/api/definitions", Definition(target)),
            target => new(
                Page(Vo),
                Link(Page(Vo, "define")),
                Page(Vo, "define"),
                Page(Vo, "define"),
                ("name", target.Name),
                ("manager", "guest"),
                ("admission", "Restricted"),
                ("visibility", "Public")),
            target => new(["scope", "define", target.New, "--manager", "guest"])) { State = (node, target) => node.LookAsync(DefinitionApi(target)) },
        new(
            Permission.ApproveScope,
            [I, V],
            target => new("POST", DefinitionApi(target) + "/approve"),
            target => new(DefinitionPage(target), Sends(DefinitionPage(target) + "/approve"), DefinitionPage(target), DefinitionPage(target) + "/approve"),
            target => new(["scope", "approve", target.New]))
        {
            Prepare = (node, target) => node.PrepareAsync(new("POST", "/admin/api/definitions", Definition(target))),
            State = (node, target) => node.LookAsync(Api(target.New)),
        },
        new(
            Permission.SuspendScope,
            [I, V],
            target => new("POST", Api(target.Own, "suspend")),
            target => new(Page(target.Own), Sends(Page(target.Own, "suspend")), Page(target.Own), Page(target.Own, "suspend")),
            target => new(["scope", "suspend", target.Own])) { UsesUp = true, State = (node, target) => node.LookAsync(Api(target.Own)) },
        new(
            Permission.ArchiveScope,
            [I, V],
            target => new("POST", Api(target.Own, "archive")),
            target => new(
                Page(target.Own), Link(Page(target.Own, "archive")), Page(target.Own, "archive"), Page(target.Own, "archive"), ("name", target.Own[(target.Own.LastIndexOf('/') + 1)..])),
            target => new(["scope", "archive", target.Own])) { UsesUp = true, State = (node, target) => node.LookAsync(Api(target.Own)) },
        new(
            Permission.MoveScope,
            [I, V],
            target => new("POST", Api(target.Own, "move"), $$"""{"to": "{{OtherVo}}"}"""),
            target => new(Page(target.Own), Link(Page(target.Own, "move")), Page(target.Own, "move"), Page(target.Own, "move"), ("parent", OtherVo)),
            target => new(["scope", "move", target.Own, OtherVo])) { UsesUp = true, State = (node, target) => node.LookAsync(Api(target.Own)) },
        new(
            Permission.ViewMembers,
            [I, V, M],
            _ => new("GET", Api(Vre, "members")),
            _ => new(Page(Vre), Link(Page(Vre, "members")), Page(Vre, "members")),
            _ => new(["member", "list", Vre])) { Shows = NameOf(Roles.CatalogueEditor) },
        new(
            Permission.AdmitMembers,
            [I, V, M],
            target => new("POST", Api(target.Own, "members"), """{"user": "guest"}"""),
            target => new(Page(target.Own, "members"), Sends(Page(target.Own, "members")), Page(target.Own, "members"), Page(target.Own, "members"), ("user", "guest")),
            target => new(["member", "add", target.Own, "guest"])) { UsesUp = true, State = (node, target) => node.LookAsync(Api(target.Own, "members")) },
        new(
            Permission.PublishTerms,
            [I, V],
            target => new("PUT", Api(Vo, "terms"), Terms(target.Name)),
            target => new(Page(Vo), Link(Page(Vo, "terms")), Page(Vo, "terms"), Page(Vo, "terms"), ("text", target.Name)),
            target => new(["scope", "publish-terms", Vo, "--file", "-", "--not-required"], target.Name))
        {
            Prepare = (node, _) => node.PrepareAsync(new("PUT", Api(Vo, "terms"), Terms("Be kind."))),
            State = (node, _) => node.LookAsync(Api(Vo, "terms")),
        },
        new(
            Permission.ViewSessions,
            [I, V, M],
            _ => new("GET", $"/admin/api/sessions?scope={Uri.EscapeDataString(Vre)}"),
            _ => new(Page(Vre), Link(Page(Vre, "sessions")), Page(Vre, "sessions")),
            _ => new(["session", "list", "--scope", Vre])) { Prepare = (node, _) => node.EnterAsync(), Shows = "present" },
        new(
            Permission.EndSessions,
            [I, V, M],
            _ => new("POST", Api(Vre, "end-sessions")),
            _ => new(Page(Vre, "sessions"), Sends(Page(Vre, "sessions")), Page(Vre, "sessions"), Page(Vre, "sessions")),
            _ => new(["session", "end-scope", Vre])) { Prepare = (node, _) => node.EnterAsync(), State = (node, _) => node.PlaceAsync() },
        new(
            Permission.EditPolicies,
            [I, V, M],
            target => new("PUT", $"/policies/{Service}", Rules(target.Name), "application/yaml"),
            target => new(
                Page(Vre, "policies"), Link($"/admin/policies/{Service}"), $"/admin/policies/{Service}", $"/admin/policies/{Service}", ("set", Rules(target.Name)), ("act", "store")),
            target => new(["policy", "put", Service, "-"], Rules(target.Name))) { State = (node, _) => node.LookAsync($"/policies/{Service}") },
        new(
            Permission.ReadAudit,
            [I, V, M],
            _ => new("GET", $"/admin/api/audit?scope={Uri.EscapeDataString(Vre)}"),
            _ => new(Page(Vre), Link(Page(Vre, "audit")), Page(Vre, "audit")),
            _ => new(["audit", "search", "--scope", Vre]))
        {
            Prepare = (node, target) => node.PrepareAsync(new("PATCH", Api(Vre), $$"""{"description": "audit of {{target.Name}}"}""")),
            Shows = "scope.change",
        },
        new(
            Permission.ManageRuns,
            [I, V, M],
            target => new("PATCH", Api(Vre, "runs"), $$"""{"images": ["{{target.Name}}:1"]}"""),
            target => new(Page(Vre), Link(Page(Vre, "runs")), Page(Vre, "runs"), Page(Vre, "runs"), ("images", target.Name + ":1"), ("members", "above")),
            target => new(["scope", "set-runs", Vre, "--image", target.Name + ":1", "--running", "2"])) { State = (node, _) => node.LookAsync(Api(Vre, "runs")) },
        new(
            Permission.ManageUsers,
            [I],
            target => new("PATCH", "/admin/api/users/subject", $$"""{"displayName": "{{target.Name}}"}"""),
            target => new("/admin/people?text=subject", "href=\"/admin/person?user=", "/admin/person?user=subject", "/admin/person/profile", ("displayName", target.Name)),
            target => new(["user", "edit", "subject", "--display-name", target.Name])) { State = (node, _) => node.LookAsync("/admin/api/users/subject") },
        new(
            Permission.ManageClients,
            [I],
            target => new("POST", $"/admin/api/clients/{target.Own}/suspend"),
            target => new("/admin/clients?text=machine", "href=\"/admin/client?id=", $"/admin/client?id={target.Own}", "/admin/client/suspend"),
            target => new(["client", "suspend", target.Own]))
        {
            Prepare = (node, target) => node.PrepareAsync(new("POST", $"/admin/api/clients/{target.Own}/resume")),
            State = (node, target) => node.LookAsync($"/admin/api/clients/{target.Own}"),
        },
        new(
            Permission.OperateCluster,
            [I],
            _ => new("POST", "/admin/api/keys/rotate"),
            _ => new("/admin", Link("/admin/keys"), "/admin/keys", "/admin/keys"),
            _ => new(["key", "rotate"])) { State = (node, _) => node.LookAsync("/admin/api/keys") },
    ];

    private static string Api(string scope, string rest = "") => $"/admin/api/scopes/{Segment(scope)}{(rest.Length == 0 ? "" : "/" + rest)}";

    private static string Page(string scope, string rest = "") => $"/admin/scopes/{Segment(scope)}{(rest.Length == 0 ? "" : "/" + rest)}";

    private static string DefinitionApi(Target target) => $"/admin/api/definitions/{Segment(target.New)}";

    private static string DefinitionPage(Target target) => $"/admin/definitions/{Segment(target.New)}";

    private static string Definition(Target target) => $$"""{"path": "{{target.New}}", "manager": "guest"}""";

    private static string Terms(string text) => $$"""{"text": "{{text}}", "graceDays": 14, "renewEveryDays": 365, "required": false}""";

    private static string Link(string target) => $"href=\"{target}\"";

    private static string Sends(string target) => $"action=\"{target}\"";
}
