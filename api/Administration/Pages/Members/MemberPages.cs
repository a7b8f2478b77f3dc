using System.Collections.Immutable;
using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Administration.Pages.Members;

/// <summary>The members of a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Members">A part of them.</param>
/// <param name="RolesToGive">The roles that the caller may give.</param>
/// <param name="Now">The instant that states are of.</param>
/// <param name="Query">What the list is filtered by.</param>
public sealed record MembersModel(
    AdministeredScope Scope, Page<AdministeredMember> Members, IReadOnlyList<string> RolesToGive, DateTimeOffset Now, PageQuery Query);

/// <summary>One member of a scope.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Member">The member.</param>
/// <param name="RolesToGive">The roles that the caller may give and take.</param>
/// <param name="Now">The instant that states are of.</param>
public sealed record MemberModel(AdministeredScope Scope, AdministeredMember Member, IReadOnlyList<string> RolesToGive, DateTimeOffset Now);

/// <summary>The members of a scope: listed, added, changed, suspended, removed.</summary>
internal sealed class MemberPages(ScopeDesk desk, MemberAdministration members, TimeProvider time)
{
    private const string List = ScopeLinks.Section + "/{scope}/members";
    private const string One = ScopeLinks.Section + "/{scope}/member";

    /// <summary>Maps them. Which member is meant stands in the query or the form: ids of directories are any text.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<MemberPages>();
        routes.MapGet(List, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(List, pages.AddAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One, pages.ChangeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/suspend", pages.SuspendAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/resume", pages.ResumeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/remove", pages.ShowRemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/remove", pages.RemoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The address of a member's page.</summary>
    public static string LinkTo(ScopePath scope, string user, string page = "") =>
        $"{ScopeLinks.Of(scope, "member")}{(page.Length == 0 ? "" : "/" + page)}?user={Uri.EscapeDataString(user)}";

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteListAsync(visit);
        }
    }

    private async Task AddAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var refusal = visit.Visit.Sent("user") is null
            ? AdministrationRefusal.Invalid("user", "Say who.")
            : visit.Visit.Read("until", out _);
        if (refusal is null)
        {
            _ = visit.Visit.Read("until", out var until);
            var member = new NewMember(visit.Visit.Sent("user")!) { Roles = visit.Visit.Roles, Until = until };
            refusal = (await members.AddAsync(visit.Actor, visit.Path, member, visit.Aborted)).Refusal;
        }

        await (refusal is null ? visit.DoneAsync("members", "admitted") : WriteListAsync(visit.Refused(refusal)));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync<MemberPage>(visit, visit.Visit.Query.Find("user") ?? "", "");
        }
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var user = visit.Visit.Subject;
        var refusal = visit.Visit.Read("until", out var until);
        if (refusal is null)
        {
            // Roles that the caller may not give are not on the form, and stay as they are.
            var offered = visit.RolesToGive;
            var found = await members.FindAsync(visit.Actor, visit.Path, user, visit.Aborted);
            var kept = (found.Value?.Own?.Roles ?? []).Where(role => !offered.Contains(role));
            var change = new MemberChange
            {
                Roles = new Given<ImmutableArray<string>>([.. visit.Visit.Roles.Union(kept, StringComparer.Ordinal).Order(StringComparer.Ordinal)]),
                Until = new Given<DateTimeOffset?>(until),
            };
            refusal = (await members.ChangeAsync(visit.Actor, visit.Path, user, change, visit.Visit.IfMatch, visit.Aborted)).Refusal;
        }

        await EndAsync(visit, refusal, user, "saved");
    }

    private Task SuspendAsync(HttpContext context) => ActAsync(context, "suspended", (visit, user) =>
        members.SuspendAsync(visit.Actor, visit.Path, user, visit.Visit.IfMatch, visit.Aborted));

    private Task ResumeAsync(HttpContext context) => ActAsync(context, "resumed", (visit, user) =>
        members.ResumeAsync(visit.Actor, visit.Path, user, visit.Visit.IfMatch, visit.Aborted));

    private async Task ShowRemoveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync<MemberRemovePage>(visit, visit.Visit.Query.Find("user") ?? "", "Remove ");
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await members.RemoveAsync(visit.Actor, visit.Path, visit.Visit.Subject, visit.Visit.IfMatch, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync("members", "removed") : WriteAsync<MemberRemovePage>(visit.Refused(result.Refusal), visit.Visit.Subject, "Remove "));
    }

    private async Task ActAsync(HttpContext context, string code, Func<ScopeVisit, string, Task<AdministrationResult<AdministeredMember>>> act)
    {
        if (await desk.ReceiveAsync(context) is { } visit)
        {
            await EndAsync(visit, (await act(visit, visit.Visit.Subject)).Refusal, visit.Visit.Subject, code);
        }
    }

    private Task EndAsync(ScopeVisit visit, AdministrationRefusal? refusal, string user, string code) => refusal is null
        ? PageDesk.DoneAsync(visit.Visit, LinkTo(visit.Path, user), code)
        : WriteAsync<MemberPage>(visit.Refused(refusal), user, "");

    private async Task WriteListAsync(ScopeVisit visit)
    {
        var query = new MemberQuery
        {
            Text = visit.Visit.Query.Find("text"),
            Role = visit.Visit.Query.Find("role"),
            Suspended = visit.Visit.Query.Find("state") switch { "suspended" => true, "active" => false, _ => null },
            Page = visit.Visit.Part,
        };
        var list = await members.ListAsync(visit.Actor, visit.Path, query, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<MembersPage, MembersModel>(
                visit, "members", $"Members of {visit.Scope.Scope.DisplayName}", new MembersModel(visit.Scope, list.Value, visit.RolesToGive, time.GetUtcNow(), visit.Visit.Query))
            : PageDesk.RefuseAsync(visit.Visit, list.Refusal));
    }

    private async Task WriteAsync<TPage>(ScopeVisit visit, string user, string verb)
        where TPage : PageComponent<MemberModel>
    {
        var found = await members.FindAsync(visit.Actor, visit.Path, user, visit.Aborted);
        await (found.IsDone
            ? desk.WriteAsync<TPage, MemberModel>(
                visit,
                null,
                $"{verb}{found.Value.User.DisplayName} in {visit.Scope.Scope.DisplayName}",
                new MemberModel(visit.Scope, found.Value, visit.RolesToGive, time.GetUtcNow()))
            : PageDesk.RefuseAsync(visit.Visit, found.Refusal));
    }
}
