using Platform.Api.Account.Reset;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Administration.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.People;

/// <summary>The users.</summary>
/// <param name="Users">A part of them.</param>
/// <param name="Query">What the list is filtered by.</param>
public sealed record PeopleModel(Page<UserListItem> Users, PageQuery Query);

/// <summary>One user.</summary>
/// <param name="User">Who.</param>
/// <param name="Memberships">Where they belong.</param>
/// <param name="Sessions">Their live sessions.</param>
/// <param name="Grants">What they gave to clients.</param>
/// <param name="ResetLink">The link that sets their password, shown this once; null: none was made.</param>
public sealed record PersonModel(
    AdministeredUser User, IReadOnlyList<MemberListItem> Memberships, IReadOnlyList<SessionListItem> Sessions, IReadOnlyList<GrantSnapshot> Grants, string? ResetLink)
{
    /// <summary>Directory and id.</summary>
    public string Key => User.Key.ToString();
}

/// <summary>People: found, made, changed, disabled, removed.</summary>
internal sealed class PersonPages(
    ConsoleDesk desk,
    UserAdministration users,
    OwnAccount accounts,
    SessionAdministration sessions,
    UserList list,
    MemberList members,
    IOAuthCheck grants,
    Issuer issuer)
{
    private const string Section = ConsoleDesk.Root + "/people";
    private const string New = Section + "/new";
    private const string One = ConsoleDesk.Root + "/person";

    /// <summary>Maps them. Who is meant stands in the query or the form: ids of directories are any text.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<PersonPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(New, pages.ShowNewAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(New, pages.CreateAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/profile", pages.ChangeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/disable", pages.DisableAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/enable", pages.EnableAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/end-sessions", pages.EndSessionsAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/reset", pages.ResetAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/remove", pages.ShowRemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/remove", pages.RemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The address of a person's page.</summary>
    public static string LinkTo(string user, string page = "") => $"{One}{(page.Length == 0 ? "" : "/" + page)}?user={Uri.EscapeDataString(user)}";

    private static AdministrationRefusal NotAllowed { get; } = AdministrationRefusal.Forbidden("Users are administered by managers of an infrastructure alone.");

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        if (!visit.Access.AllowsAnywhere(Permission.ManageUsers))
        {
            await PageDesk.RefuseAsync(visit, NotAllowed);
            return;
        }

        var filter = new UserFilter
        {
            Text = visit.Query.Find("text"),
            Directory = visit.Query.Find("directory"),
            Disabled = visit.Query.Find("state") switch { "disabled" => true, "enabled" => false, _ => null },
            MembersOf = ScopePath.TryParse(visit.Query.Find("scope"), out var scope) ? ScopeSelection.Below(scope) : null,
            Role = visit.Query.Find("role"),
        };
        var found = await list.FindAsync(filter, visit.Part, visit.Aborted);
        await (found.IsDone
            ? desk.WriteAsync<PeoplePage, PeopleModel>(visit, Section, "People", new PeopleModel(found.Value, visit.Query))
            : PageDesk.RefuseAsync(visit, found.Refusal));
    }

    private async Task ShowNewAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteNewAsync(visit);
        }
    }

    private async Task CreateAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var wanted = new NewUser(visit.Sent("userName") ?? "", visit.Sent("displayName"), visit.Sent("mail"), null);
        var result = await users.CreateAsync(visit.Actor, wanted, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, LinkTo(result.Value.Key.ToString()), "created") : WriteNewAsync(visit.Refused(result.Refusal)));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit, visit.Query.Find("user") ?? "", null);
        }
    }

    private Task ChangeAsync(HttpContext context) => ActAsync(context, "saved", async visit => (await users.ChangeProfileAsync(
        visit.Actor, visit.Subject, new ProfileChange(visit.Sent("displayName") ?? "", visit.Sent("mail") ?? ""), visit.IfMatch, visit.Aborted)).Refusal);

    private Task DisableAsync(HttpContext context) => ActAsync(context, "disabled", async visit =>
        (await users.SetDisabledAsync(visit.Actor, visit.Subject, true, visit.IfMatch, visit.Aborted)).Refusal);

    private Task EnableAsync(HttpContext context) => ActAsync(context, "enabled", async visit =>
        (await users.SetDisabledAsync(visit.Actor, visit.Subject, false, visit.IfMatch, visit.Aborted)).Refusal);

    private Task EndSessionsAsync(HttpContext context) => ActAsync(context, "ended", async visit =>
        (await sessions.EndOfUserAsync(visit.Actor, visit.Subject, visit.Aborted)).Refusal);

    private async Task ResetAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        // The answer is the page: the link is nowhere else, and no redirect carries it.
        var result = await accounts.MakeResetLinkAsync(visit.Actor, visit.Subject, visit.Aborted);
        await (result.IsDone
            ? WriteAsync(visit, visit.Subject, issuer.At(ResetEndpoints.LinkTo(result.Value.Token)))
            : WriteAsync(visit.Refused(result.Refusal), visit.Subject, null));
    }

    private async Task ShowRemoveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteRemoveAsync(visit, visit.Query.Find("user") ?? "");
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await users.RemoveAsync(visit.Actor, visit.Subject, visit.IfMatch, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, Section, "removed") : WriteRemoveAsync(visit.Refused(result.Refusal), visit.Subject));
    }

    private async Task ActAsync(HttpContext context, string code, Func<PageVisit, Task<AdministrationRefusal?>> act)
    {
        if (await desk.ReceiveAsync(context) is { } visit)
        {
            var refusal = await act(visit);
            await (refusal is null ? PageDesk.DoneAsync(visit, LinkTo(visit.Subject), code) : WriteAsync(visit.Refused(refusal), visit.Subject, null));
        }
    }

    private Task WriteNewAsync(PageVisit visit) =>
        desk.WriteAsync<PersonNewPage, PageQuery>(visit, Section, "New user", visit.Query, [new PageLink("People", Section)]);

    private async Task WriteRemoveAsync(PageVisit visit, string user)
    {
        var found = await users.FindAsync(visit.Actor, user, visit.Aborted);
        await (found.IsDone
            ? desk.WriteAsync<PersonRemovePage, AdministeredUser>(
                visit, Section, $"Remove {found.Value.Profile.DisplayName}", found.Value, [new PageLink("People", Section)])
            : PageDesk.RefuseAsync(visit, found.Refusal));
    }

    private async Task WriteAsync(PageVisit visit, string user, string? link)
    {
        var found = await users.FindAsync(visit.Actor, user, visit.Aborted);
        if (!found.IsDone)
        {
            await PageDesk.RefuseAsync(visit, found.Refusal);
            return;
        }

        var key = found.Value.Key;
        var part = new PageRequest(PageRequest.MaxLimit);
        var belongs = await members.FindAsync(new MemberFilter { User = key }, part, visit.Aborted);
        var live = await sessions.ListAsync(visit.Actor, new SessionFilter { User = key }, part, visit.Aborted);
        var given = await grants.ReadGrantsAsync(key, visit.Aborted);
        await desk.WriteAsync<PersonPage, PersonModel>(
            visit,
            Section,
            found.Value.Profile.DisplayName,
            new PersonModel(found.Value, belongs.Value?.Items ?? [], live.Value?.Items ?? [], given.Grants, link),
            [new PageLink("People", Section)],
            done: link is null ? null : "The link is made.");
    }
}
