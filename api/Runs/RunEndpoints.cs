using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.Runs.Machine;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.Runs;

/// <summary>Runs of algorithms: asked for, listed, looked at, cancelled.</summary>
internal sealed class RunEndpoints(
    RunStarts starts, RunViews views, IRunQueue queue, RunList list, RunWritings writings, IPlatformGrains grains, IAuditLog audit)
{
    private const string Group = "Runs";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = AdministrationRoutes.ForRuns(routes);
        var endpoints = routes.ServiceProvider.GetRequiredService<RunEndpoints>();
        var logs = routes.ServiceProvider.GetRequiredService<RunLogEndpoint>();
        group.MapCreate("", Group, "StartRun", "Puts a run into the queue: an image of the scope's list with command, environment, inputs, limits, OAuth scopes and label.", endpoints.StartAsync, 429)
            .TakesQuery("scope", "The scope, where neither session nor token says one.");
        group.MapList("", Group, "ListRuns", "Runs, the newest first: those of a scope, or the caller's own in all scopes.", endpoints.ListAsync)
            .TakesQuery("scope", "The scope; otherwise that of the session or token.")
            .TakesQuery("mine", "true: the caller's own alone, in all scopes where none is named.")
            .TakesQuery("active", "true: those that are not over; false: those that are.");
        group.MapGet("/terms", Group, "GetRunTerms", "What may run in a scope, with which limits, and whether the caller may start it.", endpoints.GetTermsAsync, 400)
            .TakesQuery("scope", "The scope, where neither session nor token says one.");
        group.MapGet("/{id}", Group, "GetRun", "A run: state, times, exit code, and the resources that it wrote.", endpoints.GetAsync, 404);
        group.MapChange("DELETE", "/{id}", Group, "CancelRun", "Cancels a run: its token is refused everywhere from now on, and its container is stopped.", endpoints.CancelAsync, 404).AnswersDocument();
        group.MapRaw("GET", "/{id}/logs", Group, "GetRunLog", "What a run wrote, as text; with Accept: text/event-stream as it comes.", logs.GetAsync, 200, 400, 401, 403, 404, 503)
            .TakesHeader("Last-Event-ID", "With server-sent events: the number of the last line known.")
            .TakesQuery("after", "The number of the last line known.");

        // Whatever OAuth scopes a run has: that it is the run is what counts.
        RequestDelegate report = new AdministrationEndpoint(endpoints.ReportAsync, AdministrationRoutes.MaxBytes, null).AnswerAsync;
        routes.MapPost("/runs/{id}/progress", report)
            .ForPrincipal().Offering(Offers.Own)
            .Describe("ReportRunProgress", "Says how far a run is; with the run's own token.", report, 204, 400, 401, 403, 409, 413, 415, 429, 503)
            .TakesDocument("application/json", required: true).WithTags(Group);
    }

    private async Task<AdministrationAnswer> StartAsync(AdministrationRequest request)
    {
        var principal = request.Context.GetPrincipal();
        var (wish, refusal) = request.ReadBody<RunWish>();
        if (wish is null)
        {
            return refusal!;
        }

        var (scope, elsewhere) = FindScope(request);
        if (scope is null)
        {
            return elsewhere!;
        }

        var (run, fault) = await starts.StartAsync(principal, scope, wish, request.Context.ClientAddress(), request.Aborted);
        return run is null ? fault! : AdministrationAnswer.Created(await ShowAsync(run, RunSight.Everything, request.Aborted), $"/runs/{run.Id}");
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        bool? mine = null, active = null;
        ScopePath? named = null;
        var (page, refusal) = request.ReadPage();
        if ((refusal ?? QueryValues.Read(request, "mine", out mine) ?? QueryValues.Read(request, "active", out active) ?? QueryValues.Read(request, "scope", out named)) is { } wrong)
        {
            return wrong;
        }

        var principal = request.Context.GetPrincipal();
        var path = named ?? principal.LimitedTo ?? (mine == true ? null : principal.Scope?.Path);
        if (path is { } scope && ((principal.LimitedTo is { } limit && limit != scope) || !principal.Access.MayEnter(scope)))
        {
            return new Problem(Scopes.ScopeErrors.NotAMember);
        }

        var filter = new RunFilter(path, mine == true || path is null ? principal.Subject : null, active);
        var result = await list.FindAsync(filter, page!, request.Aborted);
        if (!result.IsDone)
        {
            return result.Refusal;
        }

        var positions = await queue.FindPositionsAsync(result.Value.Items, request.Aborted);
        return AdministrationAnswer.Page(result.Value, run => RunDocument.Of(run, RunViews.SightOf(principal, run), RunViews.PositionOf(run, positions)));
    }

    private async Task<AdministrationAnswer> GetTermsAsync(AdministrationRequest request)
    {
        var (scope, refusal) = FindScope(request);
        if (scope is null)
        {
            return refusal!;
        }

        var terms = await queue.ReadTermsAsync(scope.Path, request.Aborted);
        return AdministrationAnswer.Ok(new RunTermsDocument(
            scope.Path.Value, terms.Admit(request.Context.GetPrincipal().Access, scope.Path), terms.Images, RunLimitsDocument.Of(terms.Most), RunLimitsDocument.Of(terms.Otherwise), terms.Running));
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) =>
        await views.FindAsync(request.Context.GetPrincipal(), request.Route("id")) is var (run, sight)
            ? AdministrationAnswer.Ok(await ShowAsync(run, sight, request.Aborted))
            : new Problem(RunErrors.NoSuchRun);

    private async Task<AdministrationAnswer> CancelAsync(AdministrationRequest request)
    {
        var principal = request.Context.GetPrincipal();
        if (await views.FindAsync(principal, request.Route("id")) is not var (run, sight))
        {
            return new Problem(RunErrors.NoSuchRun);
        }

        if (sight != RunSight.Everything)
        {
            return new Problem(RunErrors.NotItsOwner);
        }

        return AdministrationAnswer.Ok(await ShowAsync(await CancelAsync(run, principal, request.Context.ClientAddress()), sight, request.Aborted));
    }

    /// <summary>Cancels a run for somebody who may.</summary>
    /// <returns>The run as it is now.</returns>
    public async Task<RunSnapshot> CancelAsync(RunSnapshot run, Principal principal, string address)
    {
        var cancelled = await grains.Run(run.Id).CancelAsync(principal.Subject) ?? run;
        if (run is { Ending: null, Cancellation: null })
        {
            await audit.RecordAsync(
                new AuditEntry(AuditActions.ChangeRun, AuditEntry.Ok, principal.Subject.ToString(), run.Id.GrainKey, address, "cancelled", run.Scope.Value),
                CancellationToken.None);
        }

        return cancelled;
    }

    private async Task<AdministrationAnswer> ReportAsync(AdministrationRequest request)
    {
        // The token says that the run goes on, and which one it is; nobody else knows how far it is.
        if (request.Context.GetPrincipal().Token?.Run is not { } run || run.Id.Value != request.Route("id"))
        {
            return new Problem(RunErrors.NotOfRun);
        }

        var (report, refusal) = request.ReadBody<RunProgressDocument>();
        if (report is null)
        {
            return refusal!;
        }

        if (report.Percent is < 0 or > 100)
        {
            return new Problem(RunErrors.MalformedRun, "It is a number from 0 to 100.", "body member percent");
        }

        if (report.Message is { } message && (message.Length > RunRules.MaxMessage || message.Any(char.IsControl)))
        {
            return new Problem(RunErrors.MalformedRun, $"It has at most {RunRules.MaxMessage} characters, in one line.", "body member message");
        }

        return await grains.Run(run.Id).ReportAsync(report.Percent, report.Message is null ? null : LogLines.Redact(report.Message)) switch
        {
            RunReport.Noted => AdministrationAnswer.Done(),
            RunReport.TooSoon => new Problem(RunErrors.TooManyReports),
            _ => new Problem(RunErrors.NotRunning),
        };
    }

    private static (ScopeSnapshot? Scope, Problem? Refusal) FindScope(AdministrationRequest request) =>
        QueryValues.Read(request, "scope", out ScopePath? named) is { } malformed ? (null, malformed) : RunViews.FindScope(request.Context.GetPrincipal(), named);

    private async Task<RunDocument> ShowAsync(RunSnapshot run, RunSight sight, CancellationToken cancellationToken)
    {
        var positions = await queue.FindPositionsAsync([run], cancellationToken);
        return RunDocument.Of(run, sight, RunViews.PositionOf(run, positions), await writings.ListAsync(run.Id, cancellationToken));
    }
}
