using System.Globalization;
using System.Text;
using Platform.Api.Administration.Pages.Scopes;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Administration.Pages.Operations;

/// <summary>The audit.</summary>
/// <param name="Entries">A part of the entries, the newest first; null: what was searched for is not understood.</param>
/// <param name="Names">The names of the users in them, by their keys.</param>
/// <param name="Local">The address of the page.</param>
/// <param name="Query">What is searched for.</param>
/// <param name="ReadsAll">Whether the caller reads all of it, and so may verify it.</param>
public sealed record AuditModel(
    Page<AuditRecord>? Entries, IReadOnlyDictionary<string, string> Names, string Local, PageQuery Query, bool ReadsAll);

/// <summary>The audit: searched, exported as JSON lines, verified.</summary>
internal sealed class AuditPages(ConsoleDesk desk, ScopeDesk scopes, AuditList list, AuditVerifier verifier, IPlatformGrains grains)
{
    private const string Section = ConsoleDesk.Root + "/audit";
    private const string OfScope = ScopeLinks.Section + "/{scope}/audit";

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd"];

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<AuditPages>();
        routes.MapGet(Section, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(Section + "/export", pages.ExportAsync).ForSession().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapGet(Section + "/verify", pages.VerifyAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(OfScope, pages.ShowOfScopeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    private static AdministrationRefusal NotAllowed { get; } = AdministrationRefusal.Forbidden("You may not read the audit.");

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        if (VisibleTo(visit.Access) is not { } visible)
        {
            await PageDesk.RefuseAsync(visit, NotAllowed);
            return;
        }

        var (entries, refusal) = await FindAsync(visit, visible, null);
        await desk.WriteAsync<AuditPage, AuditModel>(
            refusal is null ? visit : visit.Refused(refusal), Section, "Audit", new AuditModel(entries, await NamesAsync(entries), Section, visit.Query, visible.All));
    }

    private async Task ShowOfScopeAsync(HttpContext context)
    {
        if (await scopes.OpenAsync(context) is not { } visit)
        {
            return;
        }

        if (!visit.Scope.Allows(Permission.ReadAudit))
        {
            await PageDesk.RefuseAsync(visit.Visit, NotAllowed);
            return;
        }

        var (entries, refusal) = await FindAsync(visit.Visit, (true, ScopeSelection.None), ScopeSelection.Of(visit.Path));
        await scopes.WriteAsync<AuditPage, AuditModel>(
            refusal is null ? visit : visit.Refused(refusal),
            "audit",
            $"Audit of {visit.Scope.Scope.DisplayName}",
            new AuditModel(entries, await NamesAsync(entries), ScopeLinks.Of(visit.Path, "audit"), visit.Visit.Query, false));
    }

    private async Task ExportAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        if (VisibleTo(visit.Access) is not { } visible)
        {
            await PageDesk.RefuseAsync(visit, NotAllowed);
            return;
        }

        if (Read(visit.Query, visible, null, out var search) is { } refusal)
        {
            await PageDesk.RefuseAsync(visit, refusal);
            return;
        }

        var response = context.Response;
        response.ContentType = "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"audit.jsonl\"";
        await foreach (var record in list.ExportAsync(search, visit.Aborted))
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(AuditLines.ToJson(record) + "\n"), visit.Aborted);
        }
    }

    private async Task VerifyAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        await (VisibleTo(visit.Access) is { All: true }
            ? desk.WriteAsync<AuditVerifyPage, AuditVerification>(
                visit, Section, "Verification of the audit", await verifier.VerifyAsync(visit.Aborted), [new PageLink("Audit", Section)])
            : PageDesk.RefuseAsync(visit, NotAllowed));
    }

    private async Task<(Page<AuditRecord>? Entries, AdministrationRefusal? Refusal)> FindAsync(
        PageVisit visit, (bool All, ScopeSelection Scopes) visible, ScopeSelection? within)
    {
        if (Read(visit.Query, visible, within, out var search) is { } refusal)
        {
            return (null, refusal);
        }

        var found = await list.FindAsync(search, visit.Part, visit.Aborted);
        return (found.Value, found.Refusal);
    }

    /// <summary>The names of the users of a page: keys say nothing to people.</summary>
    private async Task<IReadOnlyDictionary<string, string>> NamesAsync(Page<AuditRecord>? entries)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in (entries?.Items ?? []).SelectMany(record => new[] { record.Entry.Subject, record.Entry.Object }).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (key.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                && colon < key.Length - 1
                && await grains.User(UserKey.Parse(key)).FindAsync() is { } user)
            {
                names[key] = $"{user.Profile.UserName} ({user.Key.Directory})";
            }
        }

        return names;
    }

    /// <summary>What of the audit the caller may read: all of it, or that of some scopes; null: nothing.</summary>
    private static (bool All, ScopeSelection Scopes)? VisibleTo(ScopeAccess access)
    {
        if (access.AllowsAnywhere(Permission.ReadAudit))
        {
            return (true, ScopeSelection.None);
        }

        var from = access.AdministeredFrom().Where(scope => access.Allows(Permission.ReadAudit, scope)).ToList();
        return from.Count == 0
            ? null
            : (false, new ScopeSelection(
                [.. from.Where(scope => !access.HoldsBelow([Permission.ReadAudit], scope))],
                [.. from.Where(scope => access.HoldsBelow([Permission.ReadAudit], scope))]));
    }

    private static AdministrationRefusal? Read(PageQuery query, (bool All, ScopeSelection Scopes) visible, ScopeSelection? within, out AuditSearch search)
    {
        search = new AuditSearch();
        var refusal = ReadInstant(query, "since", out var since);
        refusal ??= ReadInstant(query, "until", out _);
        if (refusal is not null)
        {
            return refusal;
        }

        _ = ReadInstant(query, "until", out var until);
        search = new AuditSearch
        {
            Actor = query.Find("actor"),
            Object = query.Find("object"),
            Scopes = within ?? (ScopePath.TryParse(query.Find("scope"), out var scope) ? ScopeSelection.Below(scope) : null),
            Action = query.Find("action"),
            Refused = query.Find("outcome") switch { "refused" => true, "ok" => false, _ => null },
            Since = since,
            Until = until,
            Text = query.Find("text"),
            VisibleIn = visible.All ? null : visible.Scopes,
        };
        return null;
    }

    private static AdministrationRefusal? ReadInstant(PageQuery query, string name, out DateTimeOffset? instant)
    {
        instant = null;
        if (query.Find(name) is not { } text)
        {
            return null;
        }

        if (!DateTime.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return AdministrationRefusal.Invalid(name, "Give a day and a time, as in 2027-03-31T12:00.");
        }

        instant = new DateTimeOffset(read, TimeSpan.Zero);
        return null;
    }
}
