using Platform.Api.Administration.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Scopes;

/// <summary>VREs before they are made, by REST.</summary>
internal sealed class DefinitionEndpoints(DefinitionAdministration definitions)
{
    private const string Group = "Definitions";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new DefinitionEndpoints(routes.Services.GetRequiredService<DefinitionAdministration>());
        routes.MapList("/definitions", Group, "ListDefinitions", "The definitions of VREs that the caller may approve or has something to do with, by path; vo=… for those of one VO.", endpoints.ListAsync);
        routes.MapCreate("/definitions", Group, "DefineVre", "Defines a VRE, for others to approve.", endpoints.DefineAsync, 404);
        routes.MapGet("/definitions/{scope}", Group, "GetDefinition", "One definition.", endpoints.GetAsync, 404);
        routes.MapChange("PUT", "/definitions/{scope}", Group, "ChangeDefinition", "Replaces a definition; a rejected one waits again.", endpoints.ChangeAsync, 404, 412);
        routes.MapChange("DELETE", "/definitions/{scope}", Group, "WithdrawDefinition", "Takes a definition back.", endpoints.WithdrawAsync, 404, 412);
        routes.MapChange("POST", "/definitions/{scope}/approve", Group, "ApproveDefinition", "Makes the VRE, and gives its manager and designer their roles.", endpoints.ApproveAsync, 404, 412);
        routes.MapChange("POST", "/definitions/{scope}/reject", Group, "RejectDefinition", "Rejects a definition, with a reason.", endpoints.RejectAsync, 404, 412);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        var (page, refusal) = request.ReadPage();
        ScopePath? vo = null;
        if ((refusal ?? QueryValues.Read(request, "vo", out vo)) is { } wrong)
        {
            return wrong;
        }

        var result = await definitions.ListAsync(request.Actor, vo, page!, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, DefinitionDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> DefineAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<NewDefinitionBody>();
        if (body is null)
        {
            return refusal!;
        }

        if (!ScopePath.TryParse(body.Path, out var path))
        {
            return AdministrationRefusal.Invalid("path", ScopePath.Grammar);
        }

        var result = await definitions.DefineAsync(request.Actor, path, body.ToDefinition(), request.Aborted);
        return result.IsDone
            ? AdministrationAnswer.Created(DefinitionDocument.Of(result.Value), $"/admin/api/definitions/{path.ToSegment()}", result.Value.Tag)
            : result.Refusal;
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) => request.RouteScope() is { } path
        ? Show(await definitions.FindAsync(request.Actor, path, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> ChangeAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<DefinitionBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } path
            ? Show(await definitions.ChangeAsync(request.Actor, path, body.ToDefinition(), request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> WithdrawAsync(AdministrationRequest request) => request.RouteScope() is { } path
        ? AdministrationAnswer.Of(await definitions.WithdrawAsync(request.Actor, path, request.IfMatch, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> ApproveAsync(AdministrationRequest request) => request.RouteScope() is { } path
        ? AdministrationAnswer.Of(
            await definitions.ApproveAsync(request.Actor, path, request.IfMatch, request.Aborted), ScopeDocument.Of, scope => scope.Tag)
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> RejectAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.Body.IsEmpty ? (new RejectionBody(), null) : request.ReadBody<RejectionBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } path
            ? Show(await definitions.RejectAsync(request.Actor, path, body.Reason, request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private static AdministrationAnswer Show(AdministrationResult<AdministeredDefinition> result) =>
        AdministrationAnswer.Of(result, DefinitionDocument.Of, definition => definition.Tag);
}
