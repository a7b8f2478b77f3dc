using Platform.Api.Administration.Http;
using Platform.Api.Http.Access;
using Platform.Api.OAuth;
using Platform.Grains.Administration;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Scim;

/// <summary>Who calls by SCIM: the token's user, or the client itself as a member. Reading rests on what they might when the request came in.</summary>
internal sealed class ScimCaller
{
    private readonly Principal _principal;

    private ScimCaller(Principal principal, AdministrationActor actor)
    {
        _principal = principal;
        Actor = actor;
    }

    /// <summary>Who acts.</summary>
    public AdministrationActor Actor { get; }

    /// <summary>The caller's key.</summary>
    public UserKey Subject => _principal.Subject;

    /// <summary>The caller as a user; null: a client.</summary>
    public UserSnapshot? User => _principal.User;

    /// <summary>All scopes.</summary>
    public IEnumerable<ScopePath> Scopes => _principal.Access.Scopes.ByName.Select(scope => scope.Path);

    /// <summary>The caller of a request.</summary>
    public static ScimCaller Of(HttpContext context) => new(context.GetPrincipal(), AdministrationRequest.FindActor(context));

    /// <summary>Whether they may do something that belongs to no scope.</summary>
    public bool Allows(Permission permission) => _principal.LimitedTo is null && _principal.Access.AllowsAnywhere(permission);

    /// <summary>Whether they may do something in a scope.</summary>
    public bool Allows(Permission permission, ScopePath scope) =>
        (_principal.LimitedTo is not { } limit || limit == scope) && _principal.Access.Allows(permission, scope);
}

/// <summary>Where the SCIM service is.</summary>
internal sealed class ScimAddress(Issuer issuer)
{
    /// <summary>The path of all of it.</summary>
    public const string Path = "/scim/v2";

    /// <summary>Its address, absolute.</summary>
    public string Prefix => issuer.At(Path);

    /// <summary>Where people read about the API.</summary>
    public string Documentation => issuer.At("/swagger");
}
