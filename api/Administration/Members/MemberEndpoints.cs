using Platform.Api.Administration.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Members;

/// <summary>Who belongs to a scope, and who asks to, by REST.</summary>
internal sealed class MemberEndpoints(MemberAdministration members, Notices notices)
{
    private const string Group = "Members";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var services = routes.Services;
        var endpoints = new MemberEndpoints(services.GetRequiredService<MemberAdministration>(), services.GetRequiredService<Notices>());
        routes.MapList("/scopes/{scope}/members", Group, "ListMembers", "The members of a scope, by name: text=…&role=…&suspended=….", endpoints.ListAsync, 404);
        routes.MapCreate("/scopes/{scope}/members", Group, "AddMember", "Makes someone a member, unasked.", endpoints.AddAsync, 404);
        routes.MapGet("/scopes/{scope}/members/{user}", Group, "GetMember", "One member: a local user name, or directory:id.", endpoints.GetAsync, 404);
        routes.MapChange("PATCH", "/scopes/{scope}/members/{user}", Group, "ChangeMember", "Changes a membership's roles and its end.", endpoints.ChangeAsync, 404, 412);
        routes.MapChange("DELETE", "/scopes/{scope}/members/{user}", Group, "RemoveMember", "Takes a membership away.", endpoints.RemoveAsync, 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/members/{user}/suspend", Group, "SuspendMember", "Suspends a member, whatever makes them one.", request => ActAsync(request, endpoints.Members.SuspendAsync), 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/members/{user}/resume", Group, "ResumeMember", "Ends a suspension.", request => ActAsync(request, endpoints.Members.ResumeAsync), 404, 412);
        routes.MapList("/scopes/{scope}/requests", Group, "ListJoinRequests", "The requests to join that wait for an answer, by name.", endpoints.ListRequestsAsync, 404);
        routes.MapChange("POST", "/scopes/{scope}/requests/{user}/accept", Group, "AcceptJoinRequest", "Makes someone a member who asked.", endpoints.AcceptAsync, 404, 412);
        routes.MapChange("POST", "/scopes/{scope}/requests/{user}/reject", Group, "RejectJoinRequest", "Rejects a request, with a message.", endpoints.RejectAsync, 404, 412);
        routes.MapGet("/notices", Group, "GetNotices", "What ends soon where the caller manages, and what waits for them.", endpoints.NoticesAsync);
    }

    private delegate Task<AdministrationResult<AdministeredMember>> Act(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken);

    private MemberAdministration Members => members;

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        var (page, refusal) = request.ReadPage();
        bool? suspended = null;
        if ((refusal ?? QueryValues.Read(request, "suspended", out suspended)) is { } wrong)
        {
            return wrong;
        }

        if (request.RouteScope() is not { } scope)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        var query = new MemberQuery { Text = request.Query.Find("text"), Role = request.Query.Find("role"), Suspended = suspended, Page = page! };
        var result = await members.ListAsync(request.Actor, scope, query, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, MemberDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> AddAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<NewMemberBody>();
        if (body is null)
        {
            return refusal!;
        }

        if (request.RouteScope() is not { } scope)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        var member = new NewMember(body.User) { Roles = body.Roles, Until = body.Until };
        var result = await members.AddAsync(request.Actor, scope, member, request.Aborted);
        return result.IsDone
            ? AdministrationAnswer.Created(
                MemberDocument.Of(result.Value),
                $"/admin/api/scopes/{scope.ToSegment()}/members/{Uri.EscapeDataString(result.Value.User.Key.ToString())}",
                result.Value.Tag)
            : result.Refusal;
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? Show(await members.FindAsync(request.Actor, scope, request.Route("user"), request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> ChangeAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<MemberChangeBody>();
        if (body is null)
        {
            return refusal!;
        }

        var change = new MemberChange { Roles = body.Roles.ToCore(), Until = body.Until.ToCore() };
        return request.RouteScope() is { } scope
            ? Show(await members.ChangeAsync(request.Actor, scope, request.Route("user"), change, request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> RemoveAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await members.RemoveAsync(request.Actor, scope, request.Route("user"), request.IfMatch, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private static async Task<AdministrationAnswer> ActAsync(AdministrationRequest request, Act act) => request.RouteScope() is { } scope
        ? Show(await act(request.Actor, scope, request.Route("user"), request.IfMatch, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> ListRequestsAsync(AdministrationRequest request)
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

        var result = await members.ListRequestsAsync(request.Actor, scope, page, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, JoinRequestDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> AcceptAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.Body.IsEmpty ? (new AcceptanceBody(), null) : request.ReadBody<AcceptanceBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } scope
            ? Show(await members.AcceptAsync(request.Actor, scope, request.Route("user"), body.Roles, body.Until, request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> RejectAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.Body.IsEmpty ? (new RefusalBody(), null) : request.ReadBody<RefusalBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } scope
            ? AdministrationAnswer.Of(
                await members.RejectAsync(request.Actor, scope, request.Route("user"), body.Message, request.IfMatch, request.Aborted),
                JoinRequestDocument.Of,
                rejected => rejected.Tag)
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> NoticesAsync(AdministrationRequest request) => AdministrationAnswer.Of(
        await notices.ForManagerAsync(request.Actor, request.Aborted),
        told => new ManagerNoticesDocument([.. told.Ends.Select(EndDocument.Of)], told.Requests, told.Definitions));

    private static AdministrationAnswer Show(AdministrationResult<AdministeredMember> result) =>
        AdministrationAnswer.Of(result, MemberDocument.Of, member => member.Tag);
}
