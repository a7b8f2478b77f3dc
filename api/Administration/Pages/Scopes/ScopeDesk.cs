using Platform.Api.Http.Pages.Components;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>How every page of one scope begins and ends.</summary>
internal sealed class ScopeDesk(ConsoleDesk desk, ScopeAdministration scopes)
{
    /// <summary>The beginning of a page of a scope; null: the request has been answered.</summary>
    public async Task<ScopeVisit?> OpenAsync(HttpContext context) => await FindAsync(await desk.OpenAsync(context));

    /// <summary>The beginning of what a form of a scope asks for; null: the request has been answered.</summary>
    public async Task<ScopeVisit?> ReceiveAsync(HttpContext context) => await FindAsync(await desk.ReceiveAsync(context));

    /// <summary>Answers with a page of a scope.</summary>
    /// <param name="visit">The request.</param>
    /// <param name="tab">Which of its pages; null: one below one of them.</param>
    /// <param name="title">The title; null: the scope's name.</param>
    /// <param name="model">What it shows.</param>
    /// <param name="done">What was done, where the page shows something once.</param>
    public Task WriteAsync<TPage, TModel>(ScopeVisit visit, string? tab, string? title, TModel model, string? done = null)
        where TPage : PageComponent<TModel>
        where TModel : class
    {
        var path = visit.Path;
        var trail = ScopeLinks.Trail(visit.Visit.Access, path);
        if (title is not null)
        {
            trail = [.. trail, new PageLink(visit.Scope.Scope.DisplayName, ScopeLinks.Of(path))];
        }

        return desk.WriteAsync<TPage, TModel>(
            visit.Visit,
            ScopeLinks.Section,
            title ?? visit.Scope.Scope.DisplayName,
            model,
            trail,
            tab is null ? [] : ScopeLinks.Tabs(visit.Visit.Access, path, tab),
            done);
    }

    private async Task<ScopeVisit?> FindAsync(PageVisit? visit)
    {
        if (visit is null)
        {
            return null;
        }

        if (!ScopePath.TryParseSegment(visit.Route("scope"), out var path))
        {
            await PageDesk.RefuseAsync(visit, AdministrationRefusal.NoSuchScope);
            return null;
        }

        var found = await scopes.FindAsync(visit.Actor, path, visit.Aborted);
        if (!found.IsDone)
        {
            await PageDesk.RefuseAsync(visit, found.Refusal);
            return null;
        }

        return new ScopeVisit(visit, found.Value);
    }
}

/// <summary>A request for a page of a scope.</summary>
/// <param name="Visit">The request.</param>
/// <param name="Scope">The scope.</param>
internal sealed record ScopeVisit(PageVisit Visit, AdministeredScope Scope)
{
    /// <summary>Where the scope is.</summary>
    public ScopePath Path => Scope.Scope.Path;

    /// <summary>Who asks.</summary>
    public AdministrationActor Actor => Visit.Actor;

    /// <summary>Ends the wait for what is read.</summary>
    public CancellationToken Aborted => Visit.Aborted;

    /// <summary>The roles that the caller may give in the scope: they hold every permission of them.</summary>
    public IReadOnlyList<string> RolesToGive => [.. ScopeWords.RolesAt(Path.Kind).Where(role =>
        RolePermissions.Of(role).All(Scope.Allows) && (!Roles.CoversBelow(role) || Visit.Access.HoldsBelow(RolePermissions.Of(role), Path)))];

    /// <summary>The same, after what was sent was refused.</summary>
    public ScopeVisit Refused(AdministrationRefusal refusal) => this with { Visit = Visit.Refused(refusal) };

    /// <summary>Leads on after something was done.</summary>
    public Task DoneAsync(string page, string code) => PageDesk.DoneAsync(Visit, ScopeLinks.Of(Path, page), code);
}
