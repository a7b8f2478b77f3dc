using Microsoft.AspNetCore.Components;
using Platform.Grains.Administration;

namespace Platform.Api.Http.Pages.Components;

/// <summary>A link of a page: in its navigation, its breadcrumbs, its tabs.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Local">Where in this application it leads.</param>
/// <param name="IsCurrent">Whether it leads to where one is.</param>
public sealed record PageLink(string Text, string Local, bool IsCurrent = false);

/// <summary>What surrounds the content of a page.</summary>
public sealed class PageFrame
{
    /// <summary>The request that the page answers.</summary>
    public required HttpContext Context { get; init; }

    /// <summary>The title and heading.</summary>
    public required string Title { get; init; }

    /// <summary>The name of the part of the application that it is in, for the navigation's label and the title.</summary>
    public required string Area { get; init; }

    /// <summary>The navigation of that part.</summary>
    public required IReadOnlyList<PageLink> Navigation { get; init; }

    /// <summary>The navigation of the whole: start, account, administration.</summary>
    public required IReadOnlyList<PageLink> Places { get; init; }

    /// <summary>Where the page lies, from the top, itself excluded.</summary>
    public IReadOnlyList<PageLink> Breadcrumbs { get; init; } = [];

    /// <summary>The pages of one thing, this one among them; empty: it has one alone.</summary>
    public IReadOnlyList<PageLink> Tabs { get; init; } = [];

    /// <summary>Where the search box leads; null: there is none.</summary>
    public string? Search { get; init; }

    /// <summary>What was searched for.</summary>
    public string? Sought { get; init; }

    /// <summary>What has just been done, in words; null: nothing.</summary>
    public string? Done { get; init; }

    /// <summary>Why what was sent was not done; null: it was, or nothing was sent.</summary>
    public AdministrationRefusal? Refusal { get; init; }

    /// <summary>What was sent and not done, to be shown again; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Typed { get; init; }

    /// <summary>What was sent, done or not; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Sent { get; init; }

    /// <summary>The path that it was sent to: the form with this action shows it.</summary>
    public string? SentTo { get; init; }

    /// <summary>The hidden field that shows that a form is ours.</summary>
    public required MarkupString Antiforgery { get; init; }
}
