using Platform.Api.Administration.Http;
using Platform.Api.OAuth;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;

namespace Platform.Api.Administration.Members;

/// <summary>Invitations into a scope, by REST.</summary>
internal sealed class InvitationEndpoints(InvitationAdministration invitations, Issuer issuer)
{
    private const string Group = "Invitations";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new InvitationEndpoints(
            routes.Services.GetRequiredService<InvitationAdministration>(), routes.Services.GetRequiredService<Issuer>());
        routes.MapList("/scopes/{scope}/invitations", Group, "ListInvitations", "The invitations that can still be used.", endpoints.ListAsync, 404);
        routes.MapCreate("/scopes/{scope}/invitations", Group, "Invite", "Makes an invitation for one use; what opens it is shown this once.", endpoints.InviteAsync, 404);
        routes.MapChange("DELETE", "/scopes/{scope}/invitations/{id}", Group, "RevokeInvitation", "Takes an invitation back.", endpoints.RevokeAsync, 404);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        var (page, refusal) = request.ReadPage();
        if (page is null)
        {
            return refusal!;
        }

        if (request.RouteScope() is not { } scope)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        var result = await invitations.ListAsync(request.Actor, scope, page, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, InvitationDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> InviteAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.Body.IsEmpty ? (new NewInvitationBody(), null) : request.ReadBody<NewInvitationBody>();
        if (body is null)
        {
            return refusal!;
        }

        if (request.RouteScope() is not { } scope)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        var wanted = new NewInvitation { Roles = body.Roles, EndsAt = body.EndsAt, MemberUntil = body.MemberUntil, Note = body.Note };
        var result = await invitations.InviteAsync(request.Actor, scope, wanted, request.Aborted);
        return result.IsDone
            ? AdministrationAnswer.Created(
                new IssuedInvitationDocument(
                    InvitationDocument.Of(result.Value.Invitation), result.Value.Secret, $"{issuer.At("/account/invitation")}#{result.Value.Secret}"),
                $"/admin/api/scopes/{scope.ToSegment()}/invitations/{result.Value.Invitation.Id}")
            : result.Refusal;
    }

    private async Task<AdministrationAnswer> RevokeAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await invitations.RevokeAsync(request.Actor, scope, request.Route("id"), request.Aborted))
        : AdministrationRefusal.NoSuchScope;
}
