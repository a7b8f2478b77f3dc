using Platform.Api.Administration.Http;
using Platform.Api.Administration.Members;
using Platform.Api.Administration.Scopes;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;

namespace Platform.Api.Account.Api;

/// <summary>What users do themselves about the scopes that they belong to, by REST.</summary>
internal sealed class AdmissionEndpoints(Admissions admissions, TermsAdministration terms, Notices notices)
{
    private const string Group = "Account";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var services = routes.Services;
        var endpoints = new AdmissionEndpoints(
            services.GetRequiredService<Admissions>(), services.GetRequiredService<TermsAdministration>(), services.GetRequiredService<Notices>());
        routes.MapGet("/scopes", Group, "ListOwnScopes", "The scopes that the caller belongs to.", endpoints.ListScopesAsync);
        routes.MapList("/joinable", Group, "ListJoinableScopes", "The open scopes that the caller may join or ask to join, by path: text=….", endpoints.ListJoinableAsync);
        routes.MapChange("POST", "/scopes/{scope}/join", Group, "JoinScope", "Joins an open scope.", endpoints.JoinAsync, 404);
        routes.MapChange("POST", "/scopes/{scope}/leave", Group, "LeaveScope", "Leaves a scope.", endpoints.LeaveAsync, 404);
        routes.MapChange("POST", "/scopes/{scope}/request", Group, "RequestScope", "Asks to join a restricted scope, with a message.", endpoints.RequestAsync, 404);
        routes.MapGet("/requests", Group, "ListOwnRequests", "The caller's requests to join.", endpoints.ListRequestsAsync);
        routes.MapChange("DELETE", "/requests/{scope}", Group, "WithdrawRequest", "Takes a request back, or forgets a rejected one.", endpoints.WithdrawAsync, 404);
        routes.MapChange("POST", "/invitations/look", Group, "LookAtInvitation", "What an invitation is for; it is not used by that.", endpoints.LookAsync, 404);
        routes.MapChange("POST", "/invitations/accept", Group, "AcceptInvitation", "Uses an invitation.", endpoints.AcceptAsync, 404);
        routes.MapGet("/terms", Group, "ListOwnTerms", "The acceptable-use policies that concern the caller.", endpoints.ListTermsAsync);
        routes.MapGet("/terms/{scope}", Group, "ReadTerms", "The acceptable-use policy that is in force, with its text.", endpoints.ReadTermsAsync, 404);
        routes.MapChange("POST", "/terms/{scope}/sign", Group, "SignTerms", "Signs the version that the caller read.", endpoints.SignAsync, 404);
        routes.MapGet("/notices", Group, "GetOwnNotices", "What ends soon for the caller, and what they should sign.", endpoints.NoticesAsync);
    }

    private async Task<AdministrationAnswer> ListScopesAsync(AdministrationRequest request) => AdministrationAnswer.Of(
        await admissions.ListScopesAsync(request.Actor, request.Aborted), own => new WholeList<OwnScopeDocument>([.. own.Select(OwnScopeDocument.Of)]));

    private async Task<AdministrationAnswer> ListJoinableAsync(AdministrationRequest request)
    {
        var (page, refusal) = request.ReadPage();
        if (page is null)
        {
            return refusal!;
        }

        var result = await admissions.ListJoinableAsync(request.Actor, request.Query.Find("text"), page, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, JoinableScopeDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> JoinAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await admissions.JoinAsync(request.Actor, scope, request.Aborted), OwnScopeDocument.Of)
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> LeaveAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await admissions.LeaveAsync(request.Actor, scope, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> RequestAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.Body.IsEmpty ? (new RequestBody(), null) : request.ReadBody<RequestBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } scope
            ? AdministrationAnswer.Of(await admissions.RequestAsync(request.Actor, scope, body.Message, request.Aborted), OwnRequestDocument.Of)
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> ListRequestsAsync(AdministrationRequest request) => AdministrationAnswer.Of(
        await admissions.ListRequestsAsync(request.Actor, request.Aborted), own => new WholeList<OwnRequestDocument>([.. own.Select(OwnRequestDocument.Of)]));

    private async Task<AdministrationAnswer> WithdrawAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await admissions.WithdrawAsync(request.Actor, scope, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> LookAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<InvitationBody>();
        return body is null
            ? refusal!
            : AdministrationAnswer.Of(await admissions.FindInvitationAsync(request.Actor, body.Secret, request.Aborted), InvitationDocument.Of);
    }

    private async Task<AdministrationAnswer> AcceptAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<InvitationBody>();
        return body is null
            ? refusal!
            : AdministrationAnswer.Of(await admissions.AcceptInvitationAsync(request.Actor, body.Secret, request.Aborted), OwnScopeDocument.Of);
    }

    private async Task<AdministrationAnswer> ListTermsAsync(AdministrationRequest request) => AdministrationAnswer.Of(
        await admissions.ListTermsAsync(request.Actor, request.Aborted), own => new WholeList<OwnTermsDocument>([.. own.Select(OwnTermsDocument.Of)]));

    private async Task<AdministrationAnswer> ReadTermsAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await terms.FindAsync(request.Actor, scope, request.Aborted), TermsDocument.Of, published => published.Tag)
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> SignAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<SignatureBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } scope
            ? AdministrationAnswer.Of(await admissions.SignAsync(request.Actor, scope, body.Version, request.Aborted), OwnTermsDocument.Of)
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> NoticesAsync(AdministrationRequest request) => AdministrationAnswer.Of(
        await notices.ForUserAsync(request.Actor, request.Aborted),
        told => new OwnNoticesDocument([.. told.Ends.Select(EndDocument.Of)], [.. told.TermsDue.Select(OwnTermsDocument.Of)]));
}
