using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Scopes;

namespace Platform.Api.Account.Pages;

/// <summary>A user's scopes.</summary>
/// <param name="Scopes">Those that they belong to.</param>
/// <param name="Requests">Their requests.</param>
/// <param name="Notices">What they are told.</param>
/// <param name="Current">The scope that they are in; null: none.</param>
/// <param name="Entering">The scope that they wanted to enter before they were asked to sign; null: none.</param>
/// <param name="Now">The instant.</param>
public sealed record OwnScopesModel(
    IReadOnlyList<OwnScope> Scopes, IReadOnlyList<OwnRequest> Requests, UserNotices Notices, ScopePath? Current, ScopePath? Entering, DateTimeOffset Now);

/// <summary>The scopes that a user could join.</summary>
/// <param name="Scopes">A part of them.</param>
/// <param name="Query">The query.</param>
public sealed record JoinModel(Page<JoinableScope> Scopes, PageQuery Query);

/// <summary>What users do about their own scopes: enter, leave, join, ask.</summary>
internal sealed class OwnScopePages(AccountDesk desk, Admissions admissions, Notices notices, TimeProvider time)
{
    private const string Join = AccountDesk.Root + "/join";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<OwnScopePages>();
        routes.MapGet(AccountDesk.Root, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(AccountDesk.Root + "/leave", pages.ShowLeaveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(AccountDesk.Root + "/leave", pages.LeaveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(AccountDesk.Root + "/withdraw", pages.WithdrawAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Join, pages.ShowJoinAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Join, pages.JoinAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Join + "/request", pages.RequestAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task ShowLeaveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteLeaveAsync(visit, visit.Query.Find("scope"));
        }
    }

    private async Task LeaveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = ScopePath.TryParse(visit.Subject, out var path)
            ? await admissions.LeaveAsync(visit.Actor, path, visit.Aborted)
            : AdministrationRefusal.NoSuchScope;
        await (result.IsDone ? PageDesk.DoneAsync(visit, AccountDesk.Root, "left") : WriteLeaveAsync(visit.Refused(result.Refusal), visit.Subject));
    }

    private async Task WithdrawAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = ScopePath.TryParse(visit.Subject, out var path)
            ? await admissions.WithdrawAsync(visit.Actor, path, visit.Aborted)
            : AdministrationRefusal.NoSuchScope;
        await (result.IsDone ? PageDesk.DoneAsync(visit, AccountDesk.Root, "withdrawn") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task ShowJoinAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteJoinAsync(visit);
        }
    }

    private async Task JoinAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = ScopePath.TryParse(visit.Subject, out var path)
            ? await admissions.JoinAsync(visit.Actor, path, visit.Aborted)
            : AdministrationRefusal.NoSuchScope;
        await (result.IsDone ? PageDesk.DoneAsync(visit, AccountDesk.Root, "joined") : WriteJoinAsync(visit.Refused(result.Refusal)));
    }

    private async Task RequestAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = ScopePath.TryParse(visit.Subject, out var path)
            ? await admissions.RequestAsync(visit.Actor, path, visit.Sent("message"), visit.Aborted)
            : AdministrationRefusal.NoSuchScope;
        await (result.IsDone ? PageDesk.DoneAsync(visit, AccountDesk.Root, "requested") : WriteJoinAsync(visit.Refused(result.Refusal)));
    }

    private async Task WriteAsync(PageVisit visit)
    {
        var scopes = await admissions.ListScopesAsync(visit.Actor, visit.Aborted);
        var requests = await admissions.ListRequestsAsync(visit.Actor, visit.Aborted);
        var told = await notices.ForUserAsync(visit.Actor, visit.Aborted);
        if ((scopes.Refusal ?? requests.Refusal ?? told.Refusal) is { } refusal)
        {
            await PageDesk.RefuseAsync(visit, refusal);
            return;
        }

        ScopePath? entering = ScopePath.TryParseSegment(visit.Query.Find("enter"), out var path) && visit.Access.MayEnter(path) ? path : null;
        await desk.WriteAsync<OwnScopesPage, OwnScopesModel>(
            visit,
            AccountDesk.Root,
            "My scopes",
            new OwnScopesModel(scopes.Value!, requests.Value!, told.Value!, visit.Caller.Live.Scope?.Path, entering, time.GetUtcNow()));
    }

    private async Task WriteLeaveAsync(PageVisit visit, string? scope)
    {
        var own = await admissions.ListScopesAsync(visit.Actor, visit.Aborted);
        await (own.Value?.FirstOrDefault(one => one.Scope.Path.Value == scope) is { } found
            ? desk.WriteAsync<LeavePage, OwnScope>(visit, AccountDesk.Root, $"Leave {found.Scope.DisplayName}", found)
            : PageDesk.RefuseAsync(visit, AdministrationRefusal.NoSuchScope));
    }

    private async Task WriteJoinAsync(PageVisit visit)
    {
        var list = await admissions.ListJoinableAsync(visit.Actor, visit.Query.Find("text"), visit.Part, visit.Aborted);
        await (list.IsDone
            ? desk.WriteAsync<JoinPage, JoinModel>(visit, Join, "Join a scope", new JoinModel(list.Value, visit.Query))
            : PageDesk.RefuseAsync(visit, list.Refusal));
    }
}
