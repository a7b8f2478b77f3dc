using Platform.Api.Administration.Http;
using Platform.Api.Http.Access;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Rights;

/// <summary>What the roles allow, and what the caller may do where.</summary>
internal static class RightsEndpoints
{
    private const string Group = "Rights";
    private static readonly Permission[] All = Enum.GetValues<Permission>();

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        routes.MapGet("/permissions", Group, "ListPermissions", "The table of roles: what each allows, and whether it holds below the scope that it is held in.", ListAsync);
        routes.MapGet("/me", Group, "GetOwnRights", "Who calls, and what they may do where.", GetOwnAsync);
    }

    private static Task<AdministrationAnswer> ListAsync(AdministrationRequest request) => Task.FromResult(AdministrationAnswer.Ok(
        new RoleTable(
            All,
            [.. Roles.All.Values.Order(StringComparer.Ordinal).Select(role => new RoleRow(
                role, Roles.CoversBelow(role), [.. Enum.GetValues<ScopeKind>().Where(kind => Roles.FitsAt(role, kind))], [.. RolePermissions.Of(role).Order()]))])));

    private static Task<AdministrationAnswer> GetOwnAsync(AdministrationRequest request)
    {
        if (request.Actor.Subject is not { } subject)
        {
            return Task.FromResult(AdministrationAnswer.Ok(new OwnRights(request.Actor.Name, request.Actor.Name, true, null, All, [])));
        }

        var principal = request.Context.GetPrincipal();
        var access = principal.Access;
        var scopes = access.Scopes.ByName
            .Select(scope => scope.Path)
            .Where(path => principal.LimitedTo is not { } limit || limit == path)
            .Order()
            .Select(path => new OwnScope(path.Value, access.RolesHeldIn(path), [.. All.Where(permission => access.Allows(permission, path))]))
            .Where(scope => scope.Permissions.Count > 0);
        Permission[] anywhere = principal.LimitedTo is null ? [.. All.Where(access.AllowsAnywhere)] : [];
        return Task.FromResult(AdministrationAnswer.Ok(
            new OwnRights(subject.ToString(), principal.Name, false, principal.LimitedTo?.Value, anywhere, [.. scopes])));
    }

    /// <summary>The table of roles.</summary>
    private sealed record RoleTable(IReadOnlyList<Permission> Permissions, IReadOnlyList<RoleRow> Roles);

    private sealed record RoleRow(string Role, bool CoversBelow, IReadOnlyList<ScopeKind> HeldIn, IReadOnlyList<Permission> Permissions);

    /// <param name="Subject">Who calls.</param>
    /// <param name="Name">Their name.</param>
    /// <param name="IsOperator">Whether it is the operator at the machine, who may do everything.</param>
    /// <param name="LimitedTo">The one scope that the token is for; null: it is not limited.</param>
    /// <param name="Anywhere">What they may do that belongs to no scope.</param>
    /// <param name="Scopes">Where they may do something.</param>
    private sealed record OwnRights(
        string Subject, string Name, bool IsOperator, string? LimitedTo, IReadOnlyList<Permission> Anywhere, IReadOnlyList<OwnScope> Scopes);

    private sealed record OwnScope(string Path, IReadOnlyList<string> Roles, IReadOnlyList<Permission> Permissions);
}
