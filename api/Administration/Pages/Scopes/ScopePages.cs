using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>What the page of a scope shows.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="State">How it is.</param>
/// <param name="Look">How that looks.</param>
/// <param name="Destinations">The VOs that a VRE could be moved to, where it may be; empty otherwise.</param>
public sealed record ScopeModel(AdministeredScope Scope, string State, string Look, IReadOnlyList<ScopeSnapshot> Destinations)
{
    /// <summary>Where it is.</summary>
    public ScopePath Path => Scope.Scope.Path;
}

/// <summary>A page of a scope, and all that changes the scope itself.</summary>
internal sealed class ScopePages(ScopeDesk desk, ScopeAdministration scopes, TimeProvider time)
{
    private const string One = ScopeLinks.Section + "/{scope}";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<ScopePages>();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/edit", pages.ShowEditAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/edit", pages.EditAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/new", pages.ShowNewAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/new", pages.CreateAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/suspend", pages.SuspendAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/reopen", pages.ReopenAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/archive", pages.ShowArchiveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/archive", pages.ArchiveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One + "/move", pages.ShowMoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/move", pages.MoveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>Reads what a form says of a scope's name, admission and dates.</summary>
    public static AdministrationRefusal? Read(PageVisit visit, ScopePath path, out NewScope scope)
    {
        scope = new NewScope(path);
        var refusal = visit.Read<ScopeVisibility>("visibility", out var visibility)
            ?? visit.Read<ScopeAdmission>("admission", out var admission)
            ?? visit.Read("startsAt", out var startsAt)
            ?? visit.Read("endsAt", out var endsAt);
        if (refusal is not null)
        {
            return refusal;
        }

        _ = visit.Read<ScopeAdmission>("admission", out var way);
        _ = visit.Read("startsAt", out var from);
        _ = visit.Read("endsAt", out var to);
        scope = scope with
        {
            DisplayName = visit.Sent("displayName"),
            Description = visit.Sent("description"),
            Visibility = visibility,
            Admission = way,
            StartsAt = from,
            EndsAt = to,
        };
        return null;
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await desk.WriteAsync<ScopePage, ScopeModel>(visit, "", null, Model(visit));
        }
    }

    private async Task ShowEditAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteEditAsync(visit);
        }
    }

    private async Task EditAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if (Read(visit.Visit, visit.Path, out var sent) is { } refusal)
        {
            await WriteEditAsync(visit.Refused(refusal));
            return;
        }

        var was = visit.Scope.Scope;
        var change = new ScopeChange
        {
            DisplayName = new Given<string?>(sent.DisplayName),
            Description = new Given<string?>(sent.Description),
            Visibility = new Given<ScopeVisibility>(sent.Visibility),
            Admission = new Given<ScopeAdmission>(sent.Admission),

            // Dates take a permission of their own; who has it not sends none.
            StartsAt = sent.StartsAt == was.StartsAt ? null : new Given<DateTimeOffset?>(sent.StartsAt),
            EndsAt = sent.EndsAt == was.EndsAt ? null : new Given<DateTimeOffset?>(sent.EndsAt),
        };
        var result = await scopes.ChangeAsync(visit.Actor, visit.Path, change, visit.Visit.IfMatch, visit.Aborted);
        await (result.IsDone ? visit.DoneAsync("", "saved") : WriteEditAsync(visit.Refused(result.Refusal)));
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

        var refusal = ScopePath.TryParse($"{visit.Path}/{visit.Visit.Sent("name")}", out var path) && path.Depth == visit.Path.Depth + 1
            ? Read(visit.Visit, path, out var scope)
            : AdministrationRefusal.Invalid("name", "A name is made of letters, digits, '.', '_' and '-'.");
        if (refusal is not null)
        {
            await WriteNewAsync(visit.Refused(refusal));
            return;
        }

        _ = Read(visit.Visit, path, out var sent);
        var result = await scopes.CreateAsync(visit.Actor, sent, visit.Aborted);
        await (result.IsDone
            ? PageDesk.DoneAsync(visit.Visit, ScopeLinks.Of(path), "created")
            : WriteNewAsync(visit.Refused(result.Refusal.Field == "path" ? result.Refusal with { Field = "name" } : result.Refusal)));
    }

    private Task SuspendAsync(HttpContext context) =>
        ActAsync(context, "suspended", visit => scopes.SuspendAsync(visit.Actor, visit.Path, visit.Visit.IfMatch, visit.Aborted));

    private Task ReopenAsync(HttpContext context) =>
        ActAsync(context, "reopened", visit => scopes.ReopenAsync(visit.Actor, visit.Path, visit.Visit.IfMatch, visit.Aborted));

    private async Task ShowArchiveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteArchiveAsync(visit);
        }
    }

    private async Task ArchiveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = visit.Visit.Sent("name") == visit.Path.Name
            ? await scopes.ArchiveAsync(visit.Actor, visit.Path, visit.Visit.IfMatch, visit.Aborted)
            : AdministrationRefusal.Invalid("name", $"Type {visit.Path.Name} to say that you mean it.");
        await (result.IsDone ? visit.DoneAsync("", "archived") : WriteArchiveAsync(visit.Refused(result.Refusal)));
    }

    private async Task ShowMoveAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteMoveAsync(visit);
        }
    }

    private async Task MoveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if (!ScopePath.TryParse(visit.Visit.Sent("parent"), out var parent))
        {
            await WriteMoveAsync(visit.Refused(AdministrationRefusal.Invalid("parent", "Choose a VO.")));
            return;
        }

        var result = await scopes.MoveAsync(visit.Actor, visit.Path, parent, visit.Visit.IfMatch, visit.Aborted);
        if (!result.IsDone)
        {
            await WriteMoveAsync(visit.Refused(result.Refusal));
        }
        else if (result.Value.PolicySets.IsEmpty)
        {
            await PageDesk.DoneAsync(visit.Visit, ScopeLinks.Of(result.Value.Scope.Scope.Path), "moved");
        }
        else
        {
            // Which policy sets have to be mended is said here alone.
            await desk.WriteAsync<ScopeMovedPage, MovedScope>(visit with { Scope = result.Value.Scope }, null, "Moved", result.Value, "Moved.");
        }
    }

    private async Task ActAsync(HttpContext context, string code, Func<ScopeVisit, Task<AdministrationResult<AdministeredScope>>> act)
    {
        if (await desk.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        var result = await act(visit);
        await (result.IsDone ? visit.DoneAsync("", code) : desk.WriteAsync<ScopePage, ScopeModel>(visit.Refused(result.Refusal), "", null, Model(visit)));
    }

    private Task WriteEditAsync(ScopeVisit visit) =>
        desk.WriteAsync<ScopeEditPage, ScopeModel>(visit, null, $"Change {visit.Scope.Scope.DisplayName}", Model(visit));

    private Task WriteNewAsync(ScopeVisit visit) => desk.WriteAsync<ScopeNewPage, ScopeModel>(
        visit, null, visit.Path.Kind == ScopeKind.Infrastructure ? "New VO" : "New VRE", Model(visit));

    private Task WriteArchiveAsync(ScopeVisit visit) =>
        desk.WriteAsync<ScopeArchivePage, ScopeModel>(visit, null, $"Archive {visit.Scope.Scope.DisplayName}", Model(visit));

    private Task WriteMoveAsync(ScopeVisit visit) =>
        desk.WriteAsync<ScopeMovePage, ScopeModel>(visit, null, $"Move {visit.Scope.Scope.DisplayName}", Model(visit));

    private ScopeModel Model(ScopeVisit visit)
    {
        var (text, look) = ScopeWords.State(visit.Scope.Scope, time.GetUtcNow());
        var destinations = visit.Path.Kind == ScopeKind.VirtualResearchEnvironment && visit.Path.Parent is { } parent && visit.Visit.Access.Allows(Permission.MoveScope, parent)
            ? visit.Visit.Access.Scopes.ByName.Where(scope =>
                scope.Path.Kind == ScopeKind.VirtualOrganisation && scope.Path != parent && visit.Visit.Access.Allows(Permission.MoveScope, scope.Path))
            : [];
        return new ScopeModel(visit.Scope, text, look, [.. destinations]);
    }
}
