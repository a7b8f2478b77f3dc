using System.Collections.Frozen;

namespace Platform.Grains.Scopes;

/// <summary>The roles that gCube knows (contracts/gcube-http.md, "Scopes"). <c>member</c> is implied by every membership.</summary>
public static class Roles
{
    /// <summary>Manages an infrastructure and everything below it.</summary>
    public const string InfrastructureManager = "Infrastructure-Manager";

    /// <summary>Manages a VO and its VREs.</summary>
    public const string VOAdmin = "VO-Admin";

    /// <summary>Manages one VRE.</summary>
    public const string VREManager = "VRE-Manager";

    /// <summary>Defines VREs.</summary>
    public const string VREDesigner = "VRE-Designer";

    /// <summary>Looks after the data of a scope.</summary>
    public const string DataManager = "Data-Manager";

    /// <summary>Administers a scope's catalogue.</summary>
    public const string CatalogueAdmin = "Catalogue-Admin";

    /// <summary>Edits a scope's catalogue.</summary>
    public const string CatalogueEditor = "Catalogue-Editor";

    /// <summary>Belongs to a scope.</summary>
    public const string Member = "member";

    /// <summary>All roles, found whatever their letter case, in their one spelling.</summary>
    public static FrozenDictionary<string, string> All { get; } = new[]
    {
        InfrastructureManager, VOAdmin, VREManager, VREDesigner, DataManager, CatalogueAdmin, CatalogueEditor, Member,
    }.ToFrozenDictionary(role => role, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the role manages the scope that it is held in.</summary>
    public static bool Manages(string role) => role is InfrastructureManager or VOAdmin or VREManager;

    /// <summary>Whether the role holds in the scopes below the one that it is held in, too.</summary>
    public static bool CoversBelow(string role) => role is InfrastructureManager or VOAdmin;

    /// <summary>Whether the role can be held in a scope of this kind: who manages an infrastructure holds that role at its root, who manages one VRE in that VRE.</summary>
    public static bool FitsAt(string role, ScopeKind kind) => role switch
    {
        InfrastructureManager => kind == ScopeKind.Infrastructure,
        VOAdmin => kind is ScopeKind.Infrastructure or ScopeKind.VirtualOrganisation,
        VREManager => kind == ScopeKind.VirtualResearchEnvironment,
        _ => true,
    };
}
