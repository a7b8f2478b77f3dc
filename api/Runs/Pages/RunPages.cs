using Platform.Api.Account.Pages;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Administration;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Runs.Pages;

/// <summary>A run in a list.</summary>
/// <param name="Run">The run.</param>
/// <param name="UserName">Who started it.</param>
/// <param name="Position">How many wait before it; null where it does not wait.</param>
public sealed record RunRow(RunSnapshot Run, string UserName, int? Position);

/// <summary>Runs of a scope, or of the caller.</summary>
/// <param name="Runs">A part of them, the newest first.</param>
/// <param name="Next">Where the next part begins; null: there is none.</param>
/// <param name="Query">What the list is filtered by.</param>
/// <param name="Scope">The scope that the session is in; null: none.</param>
/// <param name="IsMine">Whether they are the caller's own, in all scopes.</param>
/// <param name="MayStart">Whether the caller may start runs in the scope.</param>
public sealed record RunListModel(IReadOnlyList<RunRow> Runs, string? Next, PageQuery Query, ScopeSnapshot? Scope, bool IsMine, bool MayStart);

/// <summary>The form of a run to start.</summary>
/// <param name="Scope">Where.</param>
/// <param name="Terms">What may run there.</param>
public sealed record RunNewModel(ScopeSnapshot Scope, RunTerms Terms);

/// <summary>One run.</summary>
/// <param name="Row">The run.</param>
/// <param name="IsWhole">Whether the caller sees all of it, and may cancel it.</param>
/// <param name="Written">What it stored; empty where the caller does not see it.</param>
/// <param name="Log">The newest lines of its log; empty where the caller does not see it.</param>
public sealed record RunModel(RunRow Row, bool IsWhole, IReadOnlyList<RunWriting> Written, IReadOnlyList<RunLogLine> Log);

/// <summary>The pages of runs, for members of scopes.</summary>
internal sealed class RunPages(
    AccountDesk desk, RunStarts starts, RunEndpoints endpoints, RunViews views, IRunQueue queue, RunList list, RunWritings writings, RunLogs logs, IPlatformGrains grains)
{
    /// <summary>The address of the list.</summary>
    public const string Section = AccountDesk.Root + "/runs";

    private const int ShownLines = 1000;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<RunPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Section + "/new", pages.ShowNewAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/new", pages.StartAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Section + "/{id}", pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(Section + "/{id}/cancel", pages.CancelAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The address of a run's page.</summary>
    /// <param name="run">Its id.</param>
    public static string AddressOf(string run) => $"{Section}/{run}";

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        var scope = visit.Caller.Live.Scope;
        var isMine = scope is null || visit.Query.Find("mine") == "true";
        var result = await list.FindAsync(new RunFilter(isMine ? null : scope!.Path, isMine ? visit.User : null, null), visit.Part, visit.Aborted);
        if (!result.IsDone)
        {
            await PageDesk.RefuseAsync(visit, result.Refusal);
            return;
        }

        var mayStart = scope is not null && (await queue.ReadTermsAsync(scope.Path, visit.Aborted)).Admit(visit.Access, scope.Path);
        await desk.WriteAsync<RunListPage, RunListModel>(
            visit, Section, "Runs", new RunListModel(await RowsAsync(result.Value.Items, visit.Aborted), result.Value.Next, visit.Query, scope, isMine, mayStart));
    }

    private async Task ShowNewAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteNewAsync(visit);
        }
    }

    private async Task StartAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var refusal = RunForm.Read(visit, out var wish);
        if (visit.Caller.Live.Scope is not { } scope || refusal is not null)
        {
            await WriteNewAsync(refusal is null ? visit : visit.Refused(refusal));
            return;
        }

        var (run, fault) = await starts.StartAsync(Principal.Of(visit.Caller), scope, wish, context.ClientAddress(), visit.Aborted);
        await (run is not null ? PageDesk.DoneAsync(visit, AddressOf(run.Id.Value), "queued") : WriteNewAsync(visit.Refused(RunForm.Refusal(fault!))));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        if (await views.FindAsync(Principal.Of(visit.Caller), visit.Route("id")) is not var (run, sight))
        {
            await PageDesk.RefuseAsync(visit, NoSuchRun);
            return;
        }

        await WriteAsync(visit, run, sight);
    }

    private async Task CancelAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var principal = Principal.Of(visit.Caller);
        if (await views.FindAsync(principal, visit.Route("id")) is not var (run, sight))
        {
            await PageDesk.RefuseAsync(visit, NoSuchRun);
        }
        else if (sight != RunSight.Everything)
        {
            await WriteAsync(visit.Refused(AdministrationRefusal.Forbidden(RunErrors.NotItsOwner.Title)), run, sight);
        }
        else
        {
            await endpoints.CancelAsync(run, principal, context.ClientAddress());
            await PageDesk.DoneAsync(visit, AddressOf(run.Id.Value), "cancelled");
        }
    }

    private static AdministrationRefusal NoSuchRun { get; } = new(RefusalKind.NotFound, RunErrors.NoSuchRun.Code, RunErrors.NoSuchRun.Title);

    private async Task WriteNewAsync(PageVisit visit)
    {
        if (visit.Caller.Live.Scope is not { } scope)
        {
            await PageDesk.RefuseAsync(visit, AdministrationRefusal.Conflict("no-scope-selected", "Enter a scope first: a run is started in the one that you are in."));
            return;
        }

        await desk.WriteAsync<RunNewPage, RunNewModel>(
            visit, Section, "Start a run", new RunNewModel(scope, await queue.ReadTermsAsync(scope.Path, visit.Aborted)));
    }

    private async Task WriteAsync(PageVisit visit, RunSnapshot run, RunSight sight)
    {
        var isWhole = sight == RunSight.Everything;
        var model = new RunModel(
            (await RowsAsync([run], visit.Aborted))[0],
            isWhole,
            isWhole ? await writings.ListAsync(run.Id, visit.Aborted) : [],
            isWhole ? await logs.ReadLastAsync(run.Id, ShownLines, visit.Aborted) : []);
        await desk.WriteAsync<RunPage, RunModel>(visit, Section, run.Request.Label ?? $"Run {run.Id.Value[..8]}", model);
    }

    private async Task<IReadOnlyList<RunRow>> RowsAsync(IReadOnlyList<RunSnapshot> runs, CancellationToken cancellationToken)
    {
        var positions = await queue.FindPositionsAsync(runs, cancellationToken);
        var names = new Dictionary<UserKey, string>();
        foreach (var user in runs.Select(run => run.User).Distinct())
        {
            names[user] = (await grains.User(user).FindAsync())?.Profile.UserName ?? user.ToString();
        }

        return [.. runs.Select(run => new RunRow(run, names[run.User], RunViews.PositionOf(run, positions)))];
    }
}
