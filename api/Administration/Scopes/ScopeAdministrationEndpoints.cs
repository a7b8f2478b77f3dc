using Platform.Api.Administration.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Scopes;

/// <summary>The hierarchy and its life, by REST.</summary>
internal sealed class ScopeAdministrationEndpoints(ScopeAdministration scopes)
{
    private const string Group = "Scopes";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new ScopeAdministrationEndpoints(routes.Services.GetRequiredService<ScopeAdministration>());
        routes.MapList("/scopes", Group, "ListAdministeredScopes", "The scopes that the caller may know of, by path: below=…&direct=true&text=…&kind=…&life=…&allowing=….", endpoints.ListAsync, 404);
        routes.MapCreate("/scopes", Group, "CreateScope", "Makes a scope below one in which the caller may.", endpoints.CreateAsync, 404);
        routes.MapGet("/scopes/{scope}", Group, "GetAdministeredScope", "One scope; its names are joined by '~'.", endpoints.GetAsync, 404);
        routes.MapChange("PATCH", "/scopes/{scope}", Group, "ChangeScope", "Changes what a scope says of itself, and when it begins and ends.", endpoints.ChangeAsync, 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/move", Group, "MoveScope", "Moves a VRE with its members and documents into another VO.", endpoints.MoveAsync, 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/suspend", Group, "SuspendScope", "Closes a scope and what lies below it; sessions in them leave it.", request => ActAsync(request, endpoints.Scopes.SuspendAsync), 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/reopen", Group, "ReopenScope", "Opens a suspended scope again.", request => ActAsync(request, endpoints.Scopes.ReopenAsync), 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/archive", Group, "ArchiveScope", "Closes a scope for good.", request => ActAsync(request, endpoints.Scopes.ArchiveAsync), 404, 412);
    }

    private delegate Task<AdministrationResult<AdministeredScope>> Act(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken);

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        var (page, refusal) = request.ReadPage();
        ScopePath? below = null;
        bool? direct = null;
        ScopeKind? kind = null;
        ScopeLife? life = null;
        Permission? allowing = null;
        if ((refusal
            ?? QueryValues.Read(request, "below", out below)
            ?? QueryValues.Read(request, "direct", out direct)
            ?? QueryValues.Read(request, "kind", out kind)
            ?? QueryValues.Read(request, "life", out life)
            ?? QueryValues.Read(request, "allowing", out allowing)) is { } wrong)
        {
            return wrong;
        }

        var query = new ScopeQuery
        {
            Below = below,
            DirectlyBelow = direct == true,
            Text = request.Query.Find("text"),
            Kind = kind,
            Life = life,
            Allowing = allowing,
            Page = page!,
        };
        var result = await scopes.ListAsync(request.Actor, query, request.Aborted);
        return result.IsDone
            ? AdministrationAnswer.Page(result.Value, scope => new ListedScopeDocument(ScopeDocument.Of(scope), scope.Children, scope.Tag))
            : result.Refusal;
    }

    private async Task<AdministrationAnswer> CreateAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<NewScopeBody>();
        if (body is null)
        {
            return refusal!;
        }

        if (!ScopePath.TryParse(body.Path, out var path))
        {
            return AdministrationRefusal.Invalid("path", ScopePath.Grammar);
        }

        var result = await scopes.CreateAsync(request.Actor, body.ToScope(path), request.Aborted);
        return result.IsDone
            ? AdministrationAnswer.Created(ScopeDocument.Of(result.Value), $"/admin/api/scopes/{path.ToSegment()}", result.Value.Tag)
            : result.Refusal;
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) => request.RouteScope() is { } path
        ? Show(await scopes.FindAsync(request.Actor, path, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> ChangeAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<ScopeChangeBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } path
            ? Show(await scopes.ChangeAsync(request.Actor, path, body.ToChange(), request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> MoveAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<ScopeMoveBody>();
        if (body is null)
        {
            return refusal!;
        }

        if (request.RouteScope() is not { } path)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        if (!ScopePath.TryParse(body.To, out var to))
        {
            return AdministrationRefusal.Invalid("to", ScopePath.Grammar);
        }

        return AdministrationAnswer.Of(
            await scopes.MoveAsync(request.Actor, path, to, request.IfMatch, request.Aborted),
            moved => new MovedScopeDocument(ScopeDocument.Of(moved.Scope), moved.From.Value, moved.Members, moved.Documents, moved.PolicySets),
            moved => moved.Scope.Tag);
    }

    private static async Task<AdministrationAnswer> ActAsync(AdministrationRequest request, Act act) => request.RouteScope() is { } path
        ? Show(await act(request.Actor, path, request.IfMatch, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private ScopeAdministration Scopes => scopes;

    private static AdministrationAnswer Show(AdministrationResult<AdministeredScope> result) =>
        AdministrationAnswer.Of(result, ScopeDocument.Of, scope => scope.Tag);
}
