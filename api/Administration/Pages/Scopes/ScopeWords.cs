using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>What people call the states and kinds of scopes.</summary>
public static class ScopeWords
{
    /// <summary>The ways in.</summary>
    public static IReadOnlyList<(string Value, string Text)> Admissions { get; } =
    [
        (nameof(ScopeAdmission.Open), "Open: people join freely"),
        (nameof(ScopeAdmission.Restricted), "Restricted: people ask, a manager decides"),
        (nameof(ScopeAdmission.Private), "Private: by invitation"),
    ];

    /// <summary>Who finds it.</summary>
    public static IReadOnlyList<(string Value, string Text)> Visibilities { get; } =
    [
        (nameof(ScopeVisibility.Public), "Everyone finds it"),
        (nameof(ScopeVisibility.Members), "Its members find it"),
        (nameof(ScopeVisibility.Hidden), "Its managers find it"),
    ];

    /// <summary>The kind of scope.</summary>
    public static string Kind(ScopePath path) => path.Kind switch
    {
        ScopeKind.Infrastructure => "Infrastructure",
        ScopeKind.VirtualOrganisation => "VO",
        _ => "VRE",
    };

    /// <summary>How it is, and how that looks.</summary>
    public static (string Text, string Look) State(ScopeSnapshot scope, DateTimeOffset now) => scope switch
    {
        { Archived: true } => ("archived", "bad"),
        { Suspended: true } => ("suspended", "bad"),
        _ when scope.EndsAt <= now => ("ended", "bad"),
        _ when scope.StartsAt > now => ("not begun", "wait"),
        _ => ("open", "good"),
    };

    /// <summary>The roles that can be held in a scope, ordered.</summary>
    public static IEnumerable<string> RolesAt(ScopeKind kind) =>
        Roles.All.Values.Where(role => role != Roles.Member && Roles.FitsAt(role, kind)).Order(StringComparer.Ordinal);
}
