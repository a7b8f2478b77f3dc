using Platform.Api.Http.Access;
using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Pages.Scopes;

/// <summary>Definitions of VREs.</summary>
/// <param name="Definitions">A part of them.</param>
/// <param name="VOs">The VOs in which the caller may define one.</param>
/// <param name="Query">The query.</param>
public sealed record DefinitionsModel(Page<AdministeredDefinition> Definitions, IReadOnlyList<ScopeSnapshot> VOs, PageQuery Query);

/// <summary>VREs before they are made: defined, changed, approved, rejected, withdrawn.</summary>
internal sealed class DefinitionPages(ConsoleDesk desk, ScopeDesk scopes, DefinitionAdministration definitions)
{
    private const string Section = ConsoleDesk.Root + "/definitions";
    private const string One = Section + "/{scope}";
    private const string New = ScopeLinks.Section + "/{scope}/define";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<DefinitionPages>();
        routes.MapGet(Section, pages.ListAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(New, pages.ShowNewAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(New, pages.DefineAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapGet(One, pages.ShowAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/change", pages.ChangeAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/approve", pages.ApproveAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/reject", pages.RejectAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
        routes.MapPost(One + "/withdraw", pages.WithdrawAsync).ForSession().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The address of a definition.</summary>
    public static string LinkTo(ScopePath path) => $"{Section}/{path.ToSegment()}";

    private async Task ListAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is not { } visit)
        {
            return;
        }

        ScopePath? vo = ScopePath.TryParseSegment(visit.Query.Find("vo"), out var path) ? path : null;
        var list = await definitions.ListAsync(visit.Actor, vo, visit.Part, visit.Aborted);
        var within = visit.Access.Scopes.ByName.Where(scope =>
            scope.Path.Kind == ScopeKind.VirtualOrganisation && visit.Access.Allows(Permission.DefineScope, scope.Path)).Take(ScopeTree.PageSize + 1);
        await (list.IsDone
            ? desk.WriteAsync<DefinitionsPage, DefinitionsModel>(visit, Section, "Definitions of VREs", new DefinitionsModel(list.Value, [.. within], visit.Query))
            : PageDesk.RefuseAsync(visit, list.Refusal));
    }

    private async Task ShowNewAsync(HttpContext context)
    {
        if (await scopes.OpenAsync(context) is { } visit)
        {
            await WriteNewAsync(visit);
        }
    }

    private async Task DefineAsync(HttpContext context)
    {
        if (await scopes.ReceiveAsync(context) is not { } visit)
        {
            return;
        }

        if (!ScopePath.TryParse($"{visit.Path}/{visit.Visit.Sent("name")}", out var path) || path.Kind != ScopeKind.VirtualResearchEnvironment)
        {
            await WriteNewAsync(visit.Refused(AdministrationRefusal.Invalid("name", "A name is made of letters, digits, '.', '_' and '-'.")));
            return;
        }

        if (Read(visit.Visit, path, out var definition) is { } refusal)
        {
            await WriteNewAsync(visit.Refused(refusal));
            return;
        }

        var result = await definitions.DefineAsync(visit.Actor, path, definition, visit.Aborted);
        await (result.IsDone
            ? PageDesk.DoneAsync(visit.Visit, LinkTo(path), "defined")
            : WriteNewAsync(visit.Refused(result.Refusal.Field == "path" ? result.Refusal with { Field = "name" } : result.Refusal)));
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (await desk.OpenAsync(context) is { } visit)
        {
            await WriteAsync(visit);
        }
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await PathAsync(visit) is not { } path)
        {
            return;
        }

        var refusal = Read(visit, path, out var definition)
            ?? (await definitions.ChangeAsync(visit.Actor, path, definition, visit.IfMatch, visit.Aborted)).Refusal;
        await (refusal is null ? PageDesk.DoneAsync(visit, LinkTo(path), "defined") : WriteAsync(visit.Refused(refusal)));
    }

    private async Task ApproveAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await PathAsync(visit) is not { } path)
        {
            return;
        }

        var result = await definitions.ApproveAsync(visit.Actor, path, visit.IfMatch, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, ScopeLinks.Of(path), "approved") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task RejectAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await PathAsync(visit) is not { } path)
        {
            return;
        }

        var result = await definitions.RejectAsync(visit.Actor, path, visit.Sent("reason"), visit.IfMatch, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, Section, "rejected") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private async Task WithdrawAsync(HttpContext context)
    {
        if (await desk.ReceiveAsync(context) is not { } visit || await PathAsync(visit) is not { } path)
        {
            return;
        }

        var result = await definitions.WithdrawAsync(visit.Actor, path, visit.IfMatch, visit.Aborted);
        await (result.IsDone ? PageDesk.DoneAsync(visit, Section, "withdrawn") : WriteAsync(visit.Refused(result.Refusal)));
    }

    private static async Task<ScopePath?> PathAsync(PageVisit visit)
    {
        if (ScopePath.TryParseSegment(visit.Route("scope"), out var path))
        {
            return path;
        }

        await PageDesk.RefuseAsync(visit, AdministrationRefusal.NoSuchScope);
        return null;
    }

    private async Task WriteAsync(PageVisit visit)
    {
        if (await PathAsync(visit) is not { } path)
        {
            return;
        }

        var found = await definitions.FindAsync(visit.Actor, path, visit.Aborted);
        await (found.IsDone
            ? desk.WriteAsync<DefinitionPage, AdministeredDefinition>(
                visit, Section, found.Value.Definition.DisplayName ?? path.Name, found.Value, [new PageLink("Definitions", Section)])
            : PageDesk.RefuseAsync(visit, found.Refusal));
    }

    private Task WriteNewAsync(ScopeVisit visit) =>
        scopes.WriteAsync<DefinitionNewPage, AdministeredScope>(visit, null, $"Define a VRE in {visit.Scope.Scope.DisplayName}", visit.Scope);

    private static AdministrationRefusal? Read(PageVisit visit, ScopePath path, out VreDefinition definition)
    {
        var refusal = ScopePages.Read(visit, path, out var scope);
        definition = new VreDefinition
        {
            DisplayName = scope.DisplayName,
            Description = scope.Description,
            Visibility = scope.Visibility,
            Admission = scope.Admission,
            StartsAt = scope.StartsAt,
            EndsAt = scope.EndsAt,
            Designer = visit.Sent("designer"),
            Manager = visit.Sent("manager") ?? "",
            Message = visit.Sent("message"),
        };
        return refusal ?? (definition.Manager.Length == 0 ? AdministrationRefusal.Invalid("manager", "Say who will manage it.") : null);
    }
}
