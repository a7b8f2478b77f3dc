using System.Collections.Frozen;

namespace Platform.Grains.Scopes;

/// <summary>
/// The one table of what each role allows (contracts/gcube-http.md, "Scopes"). A role holds in the scope that it is held in, and below it where
/// <see cref="Roles.CoversBelow"/> says so.
/// </summary>
public static class RolePermissions
{
    private static readonly FrozenSet<Permission> None = FrozenSet<Permission>.Empty;

    private static readonly FrozenSet<Permission> OfScope = Set(
        Permission.ViewScope,
        Permission.EditScope,
        Permission.ViewMembers,
        Permission.AdmitMembers,
        Permission.ViewSessions,
        Permission.EndSessions,
        Permission.EditPolicies,
        Permission.ReadAudit,
        Permission.StartRuns,
        Permission.ManageRuns,
        Permission.ManageData,
        Permission.AdministerCatalogue,
        Permission.EditCatalogue);

    private static readonly FrozenSet<Permission> OfOrganisation = Set(
        [
            .. OfScope,
            Permission.CreateScope,
            Permission.DefineScope,
            Permission.ApproveScope,
            Permission.SuspendScope,
            Permission.ArchiveScope,
            Permission.MoveScope,
            Permission.PublishTerms,
        ]);

    private static readonly FrozenDictionary<string, FrozenSet<Permission>> Table = new Dictionary<string, FrozenSet<Permission>>
    {
        [Roles.InfrastructureManager] = Set(Enum.GetValues<Permission>()),
        [Roles.VOAdmin] = OfOrganisation,
        [Roles.VREManager] = OfScope,
        [Roles.VREDesigner] = Set(Permission.DefineScope),
        [Roles.DataManager] = Set(Permission.ManageData, Permission.StartRuns),
        [Roles.CatalogueAdmin] = Set(Permission.AdministerCatalogue, Permission.EditCatalogue),
        [Roles.CatalogueEditor] = Set(Permission.EditCatalogue),
        [Roles.Member] = None,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All permissions of a role; none for a role that the table does not know.</summary>
    public static FrozenSet<Permission> Of(string role) => Table.GetValueOrDefault(role, None);

    /// <summary>Whether a role allows something where it holds.</summary>
    public static bool Allows(string role, Permission permission) => Of(role).Contains(permission);

    private static FrozenSet<Permission> Set(params ReadOnlySpan<Permission> permissions) => permissions.ToArray().ToFrozenSet();
}
