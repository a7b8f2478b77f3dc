using System.Globalization;
using System.Text;
using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Grains.Administration.Audits;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Audit;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Audit;

/// <summary>The audit by REST: searched by pages, and exported as JSON lines.</summary>
internal sealed class AuditEndpoints(AuditAdministration audit)
{
    private const string Group = "Audit";
    private const string Filters = "actor=…&object=…&about=…&scope=…&below=true&action=… (with * at its end: all that begin so)&outcome=…&refused=…&since=…&until=…&text=…";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new AuditEndpoints(routes.Services.GetRequiredService<AuditAdministration>());
        routes.MapList("/audit", Group, "SearchAudit", $"Entries of the audit, the newest first: {Filters}.", endpoints.ListAsync);
        routes.MapRaw("GET", "/audit/export", Group, "ExportAudit", $"Entries of the audit in the order of time, as JSON lines: {Filters}.", endpoints.ExportAsync, 200, 400, 401, 403, 503);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        var (page, refusal) = request.ReadPage();
        var (search, wrong) = Read(request);
        if ((refusal ?? wrong) is { } problem)
        {
            return problem;
        }

        var result = await audit.FindAsync(request.Actor, search!, page!, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, EntryDocument.Of) : result.Refusal;
    }

    private async Task ExportAsync(HttpContext context)
    {
        var (request, refusal) = await AdministrationRequest.ReadAsync(context, 0);
        AuditSearch? search = null;
        if (request is not null)
        {
            (search, refusal) = Read(request);
        }

        if (search is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return;
        }

        var result = await audit.ExportAsync(request!.Actor, search, context.RequestAborted);
        if (!result.IsDone)
        {
            await Problems.WriteAsync(context, AdministrationErrors.Of(result.Refusal));
            return;
        }

        context.Response.ContentType = "application/jsonl; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"audit.jsonl\"";
        await foreach (var record in result.Value.Entries.WithCancellation(context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(AuditLines.ToJson(record) + "\n"), context.RequestAborted);
        }
    }

    private static (AuditSearch? Search, Problem? Refusal) Read(AdministrationRequest request)
    {
        bool? below = null;
        bool? refused = null;
        ScopePath? scope = null;
        DateTimeOffset? since = null;
        DateTimeOffset? until = null;
        if ((QueryValues.Read(request, "below", out below)
            ?? QueryValues.Read(request, "refused", out refused)
            ?? QueryValues.Read(request, "scope", out scope)
            ?? ReadTime(request, "since", out since)
            ?? ReadTime(request, "until", out until)) is { } wrong)
        {
            return (null, wrong);
        }

        var query = request.Query;
        return (new AuditSearch
        {
            Actor = query.Find("actor"),
            Object = query.Find("object"),
            About = query.Find("about"),
            Scopes = scope is not { } path ? null : below == true ? ScopeSelection.Below(path) : ScopeSelection.Of(path),
            Action = query.Find("action"),
            Outcome = query.Find("outcome"),
            Refused = refused,
            Since = since,
            Until = until,
            Text = query.Find("text"),
        }, null);
    }

    private static Problem? ReadTime(AdministrationRequest request, string name, out DateTimeOffset? value)
    {
        value = null;
        if (request.Query.Find(name) is not { } text)
        {
            return null;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return new Problem(HttpErrors.MalformedRequest, "It is a time as in 2026-01-31T12:00:00Z.", $"query parameter {name}");
        }

        value = time;
        return null;
    }

    /// <summary>An entry, with what finds it again in the chains.</summary>
    private sealed record EntryDocument(
        DateTimeOffset At, string Node, string Day, long Seq, string Action, string Outcome, string? Subject, string? Object, string? Scope, string Address, string? Detail)
    {
        public static EntryDocument Of(AuditRecord record) => new(
            record.At, record.Chain.Node, record.Chain.Day, record.Seq, record.Entry.Action, record.Entry.Outcome, record.Entry.Subject, record.Entry.Object,
            record.Entry.Scope, record.Entry.Address, record.Entry.Detail);
    }
}
