using Platform.Api.Http.Pages.Components;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>The addresses of a scope's pages.</summary>
internal static class ScopeLinks
{
    /// <summary>The section that they are in.</summary>
    public const string Section = ConsoleDesk.Root + "/scopes";

    /// <summary>A page of the scope.</summary>
    public static string Of(ScopePath path, string page = "") => $"{Section}/{path.ToSegment()}{(page.Length == 0 ? "" : "/" + page)}";

    /// <summary>The way down to a scope, itself included where the page is one below it.</summary>
    public static IReadOnlyList<PageLink> Trail(ScopeAccess access, ScopePath path)
    {
        var links = new List<PageLink> { new("Hierarchy", Section) };
        foreach (var above in Above(path).Reverse().Where(above => ScopeTree.Holds(access, above)))
        {
            links.Add(new PageLink(access.Scopes.Find(above)?.DisplayName ?? above.Name, Of(above)));
        }

        return links;
    }

    /// <summary>The pages of a scope that the caller may see.</summary>
    public static IReadOnlyList<PageLink> Tabs(ScopeAccess access, ScopePath path, string current)
    {
        var links = new List<PageLink>();
        Add(true, "Overview", "");
        Add(access.Allows(Permission.ViewMembers, path), "Members", "members");
        Add(access.Allows(Permission.ViewMembers, path), "Requests", "requests");
        Add(access.Allows(Permission.AdmitMembers, path), "Invitations", "invitations");
        Add(path.Kind != ScopeKind.VirtualResearchEnvironment && access.Allows(Permission.PublishTerms, path), "Terms of use", "terms");
        Add(access.Allows(Permission.ViewSessions, path), "Sessions", "sessions");
        Add(access.Allows(Permission.ManageRuns, path), "Runs", "runs");
        Add(access.Allows(Permission.EditPolicies, path), "Policies", "policies");
        Add(access.Allows(Permission.ReadAudit, path), "Audit", "audit");
        return links;

        void Add(bool allowed, string text, string page)
        {
            if (allowed)
            {
                links.Add(new PageLink(text, Of(path, page), page == current));
            }
        }
    }

    private static IEnumerable<ScopePath> Above(ScopePath path)
    {
        for (var above = path.Parent; above is { } scope; above = scope.Parent)
        {
            yield return scope;
        }
    }
}
