using Platform.Grains.Scopes;

namespace Platform.Api.Http.Pages.Components;

/// <summary>The parts of the application that are for people, as every page links to them.</summary>
internal static class Places
{
    /// <summary>The start page's name.</summary>
    public const string Start = "Start";

    /// <summary>The account pages' name.</summary>
    public const string Account = "My account";

    /// <summary>The console's name.</summary>
    public const string Console = "Administration";

    /// <summary>Links to what the caller may use.</summary>
    /// <param name="access">What they may do.</param>
    /// <param name="current">The part that they are in.</param>
    public static IReadOnlyList<PageLink> For(ScopeAccess access, string current) =>
    [
        new PageLink(Start, "/", current == Start),
        new PageLink(Account, "/account", current == Account),
        .. access.AllowsAnything() ? [new PageLink(Console, "/admin", current == Console)] : Array.Empty<PageLink>(),
    ];
}
