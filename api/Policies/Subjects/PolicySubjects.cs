using Platform.Api.Http.Access;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.Subjects;

/// <summary>Makes of callers what rules ask about.</summary>
internal sealed class PolicySubjects(PolicyGroups groups)
{
    /// <summary>Whoever calls; nobody where there is no principal.</summary>
    public IPolicySubject Of(Principal? principal) => principal is null ? AnonymousSubject.Instance : OfCaller(principal);

    /// <summary>Who calls.</summary>
    public PrincipalSubject OfCaller(Principal principal) => new(groups, principal.Subject, principal.User, principal.Access)
    {
        Context = principal.LimitedTo,
        OAuthScopes = principal.OAuthScopes,
        Client = principal.Token?.Client.Id.Value,
        AuthenticatedAt = principal.AuthenticatedAt,
        Strength = principal.Acr,
    };

    /// <summary>A user who is not calling, as if they did in this way.</summary>
    public PrincipalSubject Of(KnownUser user, SupposedCall call) => new(groups, user.User.Key, user.User, user.Access)
    {
        Client = call.Client?.Value,
        OAuthScopes = call.OAuthScopes,
        AuthenticatedAt = call.AuthenticatedAt,
        Strength = call.Strength,
    };

    /// <summary>A client for itself, as if it called in this way.</summary>
    public PrincipalSubject Of(LiveClient client, SupposedCall call) => new(groups, client.Client.Id.AsMember, null, client.Access)
    {
        Client = client.Client.Id.Value,
        OAuthScopes = call.OAuthScopes ?? [],
    };
}

/// <summary>How somebody who is not calling would call.</summary>
/// <param name="Client">With which client; null: none.</param>
/// <param name="OAuthScopes">The OAuth scopes that the call is limited to; null: it is not (of a client itself: none).</param>
/// <param name="AuthenticatedAt">When they logged in (UTC); null: not at all.</param>
/// <param name="Strength">How they logged in, the <c>acr</c>; null: not at all.</param>
internal sealed record SupposedCall(ClientId? Client, IReadOnlyCollection<string>? OAuthScopes, DateTimeOffset? AuthenticatedAt, string? Strength);
