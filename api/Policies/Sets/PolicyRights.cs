using Platform.Api.Http.Access;
using Platform.Api.OAuth;
using Platform.Grains.Scopes;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Sets;

/// <summary>Who may read and change policy sets, and ask for decisions about others. A token for one context manages nothing outside it.</summary>
internal static class PolicyRights
{
    /// <summary>Whether the caller manages the infrastructure, and with it every service.</summary>
    public static bool ManagesAll(Principal principal) =>
        principal.Access.Scopes.ByName.Any(scope => scope.Path.Depth == 1 && Manages(principal, scope.Path));

    /// <summary>Whether the caller manages the set.</summary>
    public static bool Manages(Principal principal, PolicySet? set) =>
        ManagesAll(principal) || (ScopePath.TryParse(set?.Scope, out var scope) && Manages(principal, scope));

    /// <summary>
    /// Whether the caller may make a set of another. The right to it comes by the set's scope alone: whoever could change that, or its hosts, could
    /// take over services of others.
    /// </summary>
    /// <param name="principal">The caller.</param>
    /// <param name="now">The set that is there; null: none.</param>
    /// <param name="next">What it is to become; null: it is to be removed.</param>
    public static bool MayChange(Principal principal, PolicySet? now, PolicySet? next) =>
        ManagesAll(principal)
        || (Manages(principal, now) && next is not null && now is not null && now.Scope == next.Scope && now.Hosts.ToHashSet().SetEquals(next.Hosts));

    /// <summary>Whether the caller may ask what others may do at the service: its managers, and clients in their own name.</summary>
    public static bool MayDecide(Principal principal, PolicySet? set) =>
        (principal.User is null && principal.Allows(OAuthScopes.PoliciesDecide)) || Manages(principal, set);

    private static bool Manages(Principal principal, ScopePath scope) =>
        (principal.LimitedTo is not { } context || context == scope) && principal.Access.Manages(scope) && principal.Access.MayEnter(scope);
}
