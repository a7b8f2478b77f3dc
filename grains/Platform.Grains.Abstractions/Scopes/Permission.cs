namespace Platform.Grains.Scopes;

/// <summary>What someone may do in a scope. Which role gives which of them stands in <see cref="RolePermissions"/> alone.</summary>
[Alias("platform.Permission")]
public enum Permission
{
    /// <summary>See the scope wherever it is not listed: hidden, suspended, ended, archived.</summary>
    ViewScope,

    /// <summary>Change its name, description, visibility, admission, and what callers without a session may do in it.</summary>
    EditScope,

    /// <summary>Make a scope right below it.</summary>
    CreateScope,

    /// <summary>Define a VRE right below it, for others to approve.</summary>
    DefineScope,

    /// <summary>Approve or reject the definition of a VRE right below it.</summary>
    ApproveScope,

    /// <summary>Suspend it, reopen it, set when it begins and ends.</summary>
    SuspendScope,

    /// <summary>Close it for good.</summary>
    ArchiveScope,

    /// <summary>Move a VRE out of it or into it, for a VO.</summary>
    MoveScope,

    /// <summary>See its members, and the requests to join it.</summary>
    ViewMembers,

    /// <summary>Admit, invite, extend, suspend and remove members; give roles that one holds all permissions of.</summary>
    AdmitMembers,

    /// <summary>Publish its acceptable-use policy.</summary>
    PublishTerms,

    /// <summary>See the sessions that are in it.</summary>
    ViewSessions,

    /// <summary>End the presence of sessions in it.</summary>
    EndSessions,

    /// <summary>Change the policy sets that belong to it.</summary>
    EditPolicies,

    /// <summary>Read the audit of it.</summary>
    ReadAudit,

    /// <summary>Start runs of algorithms.</summary>
    StartRuns,

    /// <summary>Say what may run in it, see all of its runs, and cancel them.</summary>
    ManageRuns,

    /// <summary>At an infrastructure: see, make, change, disable and remove users, and end their sessions anywhere.</summary>
    ManageUsers,

    /// <summary>At an infrastructure: make, change, suspend and remove OAuth clients.</summary>
    ManageClients,

    /// <summary>At an infrastructure: replace the signing keys, and see the nodes.</summary>
    OperateCluster,

    /// <summary>Look after its data; the services that keep the data ask for this role.</summary>
    ManageData,

    /// <summary>Administer its catalogue; the catalogue asks for this role.</summary>
    AdministerCatalogue,

    /// <summary>Edit its catalogue; the catalogue asks for this role.</summary>
    EditCatalogue,
}
