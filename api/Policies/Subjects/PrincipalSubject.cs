using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.Subjects;

/// <summary>A caller with valid credentials, as rules ask about them. Made by <see cref="PolicySubjects"/>; all of it is of one instant.</summary>
internal sealed class PrincipalSubject : IPolicySubject
{
    private readonly PolicyGroups _groups;
    private readonly LocalName? _localName;
    private string? _key;

    internal PrincipalSubject(PolicyGroups groups, UserKey key, UserSnapshot? user, ScopeAccess access)
    {
        _groups = groups;
        Key = key;
        User = user;
        Access = access;
        _localName = key.Directory == UserKey.Local && LocalName.TryParse(user?.Profile.UserName, out var name) ? name : null;
    }

    /// <summary>Who: the user's key, or the client's as a member.</summary>
    public UserKey Key { get; }

    /// <summary>The user; null where a client calls for itself.</summary>
    public UserSnapshot? User { get; }

    /// <summary>What the subject may do in which scope.</summary>
    public ScopeAccess Access { get; }

    /// <summary>The scope that the call is limited to, as a token for one context is; null: none.</summary>
    public ScopePath? Context { get; init; }

    /// <summary>The OAuth scopes that the call is limited to; null: it is not.</summary>
    public IReadOnlyCollection<string>? OAuthScopes { get; init; }

    /// <inheritdoc/>
    public bool IsAuthenticated => true;

    /// <inheritdoc/>
    public string? Client { get; init; }

    /// <inheritdoc/>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <inheritdoc/>
    public string? Strength { get; init; }

    /// <inheritdoc/>
    /// <remarks>A name alone is of the local directory: what somebody is called in another must not make them that person.</remarks>
    public bool IsUser(string nameOrKey) => User is not null && (nameOrKey.Contains(':', StringComparison.Ordinal)
        ? nameOrKey == (_key ??= Key.ToString())
        : _localName is { } own && LocalName.TryParse(nameOrKey, out var name) && name == own);

    /// <inheritdoc/>
    public bool IsInGroup(string group) => _groups.TryFind(group, out var members)
        && (members is { } scope ? Access.IsMember(scope) : User is not null);

    /// <inheritdoc/>
    public bool HasRole(string role, string scope) => ScopePath.TryParse(scope, out var path) && Access.RolesHeldIn(path).Contains(role);

    /// <inheritdoc/>
    public bool HasRoleInAnyCase(string role, string scope)
    {
        foreach (var known in Access.Scopes.ByName)
        {
            if (string.Equals(known.Path.Value, scope, StringComparison.OrdinalIgnoreCase) && Access.RolesIn(known.Path).Contains(role))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool HasOAuthScope(string oauthScope) => OAuthScopes is null || OAuthScopes.Contains(oauthScope);

    /// <inheritdoc/>
    /// <remarks>For a scope that is suspended or over nobody does: it opens nothing, while what is denied to its members stays denied.</remarks>
    public bool ActsFor(string groupOrScope) => !_groups.TryFind(groupOrScope, out var members) || members is not { } scope
        || (Access.IsOpen(scope) && (Context is not { } context || scope == context));

    /// <summary>The groups that it is in: by the operator's names, ordered, then the paths of the scopes, ordered by name.</summary>
    public IEnumerable<string> Groups() => _groups.Names.Where(name => IsInGroup(name) && IsOpen(name))
        .Concat(Access.Joined().Select(scope => scope.Path.Value));

    private bool IsOpen(string group) => !_groups.TryFind(group, out var members) || members is not { } scope || Access.IsOpen(scope);
}
