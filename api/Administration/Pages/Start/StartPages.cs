using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Members;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Start;

/// <summary>What waits for an administrator.</summary>
/// <param name="Notices">What they are told.</param>
/// <param name="From">The scopes that they administer, the uppermost of each branch.</param>
/// <param name="Requests">The scopes in which requests wait, each with how many; at most a page.</param>
public sealed record StartModel(ManagerNotices Notices, IReadOnlyList<ScopeSnapshot> From, IReadOnlyList<(ScopeSnapshot Scope, int Count)> Requests);

/// <summary>What was found anywhere.</summary>
/// <param name="Sought">What was searched for; null: nothing.</param>
/// <param name="Scopes">Scopes.</param>
/// <param name="People">People; null: the caller may not see them.</param>
/// <param name="Clients">OAuth clients; null: the caller may not see them.</param>
public sealed record SearchModel(string? Sought, IReadOnlyList<ScopeSnapshot> Scopes, Page<UserListItem>? People, Page<ClientSnapshot>? Clients);

/// <summary>The start of the console, and the search from anywhere.</summary>
internal sealed class StartPages(ConsoleDesk desk, Notices notices, MemberList members, UserList users, ClientList clients)
{
    private const string Search = ConsoleDesk.Root + "/search";

    /// <summary>How much of each kind the search shows; the lists themselves show the rest.</summary>
    private const int Shown = 20;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<StartPages>();
        routes.MapGet(ConsoleDesk.Root, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Search, pages.SearchAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        var told = await notices.ForManagerAsync(visit.Actor, visit.Aborted);
        if (!told.IsDone)
        {
            await PageDesk.RefuseAsync(visit, told.Refusal);
            return;
        }

        var from = visit.Access.AdministeredFrom().ToList();
        var waiting = await members.FindAsync(
            new MemberFilter
            {
                Scopes = Admitting(visit.Access, from),
                Standings = [MemberStanding.Pending],
            },
            new PageRequest(PageRequest.MaxLimit),
            visit.Aborted);
        var requests = (waiting.Value?.Items ?? [])
            .GroupBy(item => item.Scope)
            .Select(group => (Scope: visit.Access.Scopes.Find(group.Key), Count: group.Count()))
            .Where(entry => entry.Scope is not null)
            .Select(entry => (entry.Scope!, entry.Count));
        await desk.WriteAsync<StartPage, StartModel>(
            visit,
            ConsoleDesk.Root,
            "Administration",
            new StartModel(told.Value, [.. from.Select(visit.Access.Scopes.Find).OfType<ScopeSnapshot>()], [.. requests]));
    }

    private async Task SearchAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        var sought = visit.Query.Find("q");
        var part = new PageRequest(Shown);
        var scopes = sought is null ? [] : ScopeTree.Search(visit.Access, sought).Take(Shown).ToList();
        var people = sought is not null && visit.Access.AllowsAnywhere(Permission.ManageUsers)
            ? (await users.FindAsync(new UserFilter { Text = sought }, part, visit.Aborted)).Value
            : null;
        var found = sought is not null && visit.Access.AllowsAnywhere(Permission.ManageClients)
            ? (await clients.FindAsync(new ClientFilter { Text = sought }, part, visit.Aborted)).Value
            : null;
        await desk.WriteAsync<SearchPage, SearchModel>(
            visit, Search, sought is null ? "Search" : "Search results", new SearchModel(sought, scopes, people, found));
    }

    private static ScopeSelection Admitting(ScopeAccess access, IEnumerable<ScopePath> from)
    {
        var all = from.Where(scope => access.Allows(Permission.AdmitMembers, scope)).ToList();
        return new ScopeSelection(
            [.. all.Where(scope => !access.HoldsBelow([Permission.AdmitMembers], scope))],
            [.. all.Where(scope => access.HoldsBelow([Permission.AdmitMembers], scope))]);
    }
}
