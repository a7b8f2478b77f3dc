using Platform.Grains.Scopes;

namespace Platform.Api.Scopes.Import;

/// <summary>The words of the file for what the code has types for.</summary>
internal static class ScopeFileTerms
{
    internal static string TypeOf(ScopeKind kind) => kind switch
    {
        ScopeKind.Infrastructure => "INFRASTRUCTURE",
        ScopeKind.VirtualOrganisation => "VO",
        _ => "VRE",
    };

    internal static string VisibilityOf(ScopeVisibility visibility) => visibility switch
    {
        ScopeVisibility.Public => "public",
        ScopeVisibility.Members => "members",
        _ => "hidden",
    };

    internal static string AdmissionOf(ScopeAdmission admission) => admission switch
    {
        ScopeAdmission.Open => "open",
        ScopeAdmission.Restricted => "restricted",
        _ => "private",
    };

    internal static ScopeAdmission? FindAdmission(string text) => text switch
    {
        "open" => ScopeAdmission.Open,
        "restricted" => ScopeAdmission.Restricted,
        "private" => ScopeAdmission.Private,
        _ => null,
    };

    internal static ScopeVisibility? FindVisibility(string text) => text switch
    {
        "public" => ScopeVisibility.Public,
        "members" => ScopeVisibility.Members,
        "hidden" => ScopeVisibility.Hidden,
        _ => null,
    };
}
