using System.Globalization;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>The hierarchy as a tree, and the search in it.</summary>
internal sealed class ScopeTreePages(ConsoleDesk desk, TimeProvider time)
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<ScopeTreePages>();
        routes.MapGet(ScopeLinks.Section, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } request)
        {
            return;
        }

        var now = time.GetUtcNow();
        ScopeTreeModel model;
        if (request.Query.Find("sought") is { } sought)
        {
            var all = ScopeTree.Search(request.Access, sought).ToList();
            var start = Math.Clamp(Number(request.Query.Find("cursor")), 0, all.Count);
            var next = all.Count > start + ScopeTree.PageSize ? (start + ScopeTree.PageSize).ToString(CultureInfo.InvariantCulture) : null;
            model = new ScopeTreeModel(new ScopeBranch([], 0, null), all.GetRange(start, Math.Min(ScopeTree.PageSize, all.Count - start)), all.Count, next, now, request.Query);
        }
        else
        {
            ScopePath? open = ScopePath.TryParseSegment(request.Query.Find("at"), out var at) && ScopeTree.Holds(request.Access, at) ? at : null;
            model = new ScopeTreeModel(new ScopeTree(request.Access).Top(open, Number(request.Query.Find("from"))), null, 0, null, now, request.Query);
        }

        await desk.WriteAsync<ScopeTreePage, ScopeTreeModel>(request, ScopeLinks.Section, "Hierarchy", model);
    }

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
