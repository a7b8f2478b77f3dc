using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Administration.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Administration.Sessions;

/// <summary>Live sessions by REST. One is named by its public handle.</summary>
internal sealed class SessionAdministrationEndpoints(SessionAdministration sessions, UserAdministration users)
{
    private const string Group = "LiveSessions";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new SessionAdministrationEndpoints(
            routes.Services.GetRequiredService<SessionAdministration>(), routes.Services.GetRequiredService<UserAdministration>());
        routes.MapList("/sessions", Group, "ListLiveSessions", "Live sessions, the newest first: user=…&text=…&scope=…&below=true&client=…&address=… (with * at its end: all that begin so).", endpoints.ListAsync);
        routes.MapChange("DELETE", "/sessions/{handle}", Group, "EndLiveSession", "Ends one session on every node, and tells its clients.", endpoints.EndAsync, 404);
        routes.MapChange("POST", "/users/{user}/end-sessions", Group, "EndSessionsOfUser", "Ends all sessions and tokens of a user.", endpoints.EndOfUserAsync, 404);
        routes.MapChange("POST", "/scopes/{scope}/end-sessions", Group, "EndSessionsInScope", "Has whoever is in a scope be in it no longer, and ends tokens for it; the sessions go on.", endpoints.EndInScopeAsync, 404);
        routes.MapChange("POST", "/sessions/end-all", Group, "EndAllSessions", "Ends all sessions and tokens of all users, the caller's too.", endpoints.EndAllAsync);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        bool? below = null;
        ScopePath? scope = null;
        var (page, refusal) = request.ReadPage();
        if ((refusal ?? QueryValues.Read(request, "below", out below) ?? QueryValues.Read(request, "scope", out scope)) is { } wrong)
        {
            return wrong;
        }

        ClientId? client = null;
        if (request.Query.Find("client") is { } named)
        {
            if (!ClientId.TryParse(named, out var id))
            {
                return new Problem(HttpErrors.MalformedRequest, "It is no client's id.", "query parameter client");
            }

            client = id;
        }

        UserKey? user = null;
        if (request.Query.Find("user") is { } who)
        {
            // Nobody finds out here whether there is such a user: who is not there has no sessions either.
            user = await users.FindKeyAsync(who, request.Aborted) ?? new UserKey(UserKey.Local, "-");
        }

        var filter = new SessionFilter
        {
            User = user,
            UserText = request.Query.Find("text"),
            Scopes = scope is not { } path ? null : below == true ? ScopeSelection.Below(path) : ScopeSelection.Of(path),
            Client = client,
            Address = request.Query.Find("address"),
        };
        var result = await sessions.ListAsync(request.Actor, filter, page!, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, LiveSessionDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> EndAsync(AdministrationRequest request) =>
        AdministrationAnswer.Of(await sessions.EndAsync(request.Actor, request.Route("handle"), request.Aborted));

    private async Task<AdministrationAnswer> EndOfUserAsync(AdministrationRequest request) =>
        Count(await sessions.EndOfUserAsync(request.Actor, request.Route("user"), request.Aborted));

    private async Task<AdministrationAnswer> EndInScopeAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? AdministrationAnswer.Of(await sessions.EndInScopeAsync(request.Actor, scope, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> EndAllAsync(AdministrationRequest request) => Count(await sessions.EndAllAsync(request.Actor, request.Aborted));

    private static AdministrationAnswer Count(AdministrationResult<EndedCount> result) =>
        AdministrationAnswer.Of(result, count => new EndedDocument(count.Users, count.Sessions));

    private sealed record EndedDocument(long Users, long Sessions);

    /// <summary>A live session.</summary>
    private sealed record LiveSessionDocument(
        string Handle, string User, string UserName, string DisplayName, string? Scope, string Address, string UserAgent,
        DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, DateTimeOffset EndsAt)
    {
        public static LiveSessionDocument Of(SessionListItem item) => new(
            item.Session.Handle, item.Session.User.ToString(), item.Profile.UserName, item.Profile.DisplayName, item.Session.Scope?.Value, item.Address, item.UserAgent,
            item.Session.StartedAt, item.LastSeenAt, item.Session.EndsAt);
    }
}
