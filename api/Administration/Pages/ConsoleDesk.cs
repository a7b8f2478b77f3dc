using Platform.Api.Http;
using Platform.Api.Http.Pages.Components;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages;

/// <summary>
/// How every page of the console begins and ends. Who may do nothing in any scope has no console; what someone may not do is not offered, and
/// refused all the same by the classes that change things, which the pages call as every other way in does.
/// </summary>
internal sealed class ConsoleDesk(PageDesk desk)
{
    /// <summary>Where the console begins.</summary>
    public const string Root = "/admin";

    /// <summary>The beginning of a page; null: the request has been answered.</summary>
    public Task<PageVisit?> OpenAsync(HttpContext context) => AdmitAsync(context, desk.OpenAsync(context));

    /// <summary>The beginning of what a form asks for; null: the request has been answered.</summary>
    public Task<PageVisit?> ReceiveAsync(HttpContext context) => AdmitAsync(context, desk.ReceiveAsync(context));

    /// <summary>Answers with a page of the console.</summary>
    /// <param name="request">The request.</param>
    /// <param name="section">The address of the section that the page is in.</param>
    /// <param name="title">The title and heading.</param>
    /// <param name="model">What it shows.</param>
    /// <param name="trail">Where it lies, below the start.</param>
    /// <param name="tabs">The pages of the same thing.</param>
    /// <param name="done">What was done, where the page shows something once.</param>
    public Task WriteAsync<TPage, TModel>(
        PageVisit request,
        string section,
        string title,
        TModel model,
        IReadOnlyList<PageLink>? trail = null,
        IReadOnlyList<PageLink>? tabs = null,
        string? done = null)
        where TPage : PageComponent<TModel>
        where TModel : class =>
        desk.WriteAsync<TPage, TModel>(
            request,
            new PageSurroundings(Places.Console, title, Navigation(request.Access, section))
            {
                Breadcrumbs = section == Root ? [] : [new PageLink(Places.Console, Root), .. trail ?? []],
                Tabs = tabs ?? [],
                Search = Root + "/search",
                Done = done,
            },
            model);

    /// <summary>Whether the caller may do something in any scope.</summary>
    public static bool AllowsSomewhere(ScopeAccess access, Permission permission) =>
        access.AdministeredFrom().Any(scope => access.Allows(permission, scope));

    private static async Task<PageVisit?> AdmitAsync(HttpContext context, Task<PageVisit?> opened)
    {
        if (await opened is not { } request)
        {
            return null;
        }

        if (request.Access.AllowsAnything())
        {
            return request;
        }

        await Problems.WriteAsync(context, ConsoleErrors.NothingToAdminister);
        return null;
    }

    private static List<PageLink> Navigation(ScopeAccess access, string section)
    {
        var links = new List<PageLink>();
        Add("Overview", "");
        Add("Hierarchy", "/scopes");
        AddIf(AllowsSomewhere(access, Permission.DefineScope), "Definitions", "/definitions");
        AddIf(access.AllowsAnywhere(Permission.ManageUsers), "People", "/people");
        AddIf(access.AllowsAnywhere(Permission.ManageUsers), "Sessions", "/sessions");
        AddIf(access.AllowsAnywhere(Permission.ManageClients), "Clients", "/clients");
        AddIf(AllowsSomewhere(access, Permission.EditPolicies), "Policies", "/policies");
        AddIf(access.AllowsAnywhere(Permission.OperateCluster), "Keys", "/keys");
        AddIf(AllowsSomewhere(access, Permission.ReadAudit), "Audit", "/audit");
        AddIf(access.AllowsAnywhere(Permission.OperateCluster), "Nodes", "/nodes");
        return links;

        void Add(string text, string path) => links.Add(new PageLink(text, Root + path, Root + path == section));

        void AddIf(bool allowed, string text, string path)
        {
            if (allowed)
            {
                Add(text, path);
            }
        }
    }
}

/// <summary>The errors of the console.</summary>
internal static class ConsoleErrors
{
    public static readonly ErrorCode NothingToAdminister = new("nothing-to-administer", "You administer nothing here.", 403);
}
