namespace Platform.Policies.Requests;

/// <summary>Who calls, as rules ask. All of it is of one instant after the request arrived.</summary>
public interface IPolicySubject
{
    /// <summary>Whether valid credentials came with the request.</summary>
    bool IsAuthenticated { get; }

    /// <summary>The OAuth client that the call is made with; null: none.</summary>
    string? Client { get; }

    /// <summary>When the caller logged in (UTC); null where nobody did.</summary>
    DateTimeOffset? AuthenticatedAt { get; }

    /// <summary>How the caller logged in, the <c>acr</c>; null where nobody did.</summary>
    string? Strength { get; }

    /// <summary>Whether it is the user of this name (of the local directory) or key (<c>directory:id</c>).</summary>
    bool IsUser(string nameOrKey);

    /// <summary>Whether it is a member of the scope with this path, or of a group that the operator named.</summary>
    bool IsInGroup(string group);

    /// <summary>Whether it holds the role in the scope, be that open or not.</summary>
    bool HasRole(string role, string scope);

    /// <summary>Whether it holds the role in a scope that differs from this one in letter case at most. Deny rules ask, of names out of a request's path.</summary>
    bool HasRoleInAnyCase(string role, string scope) => HasRole(role, scope);

    /// <summary>Whether the call may do what an OAuth scope stands for; sessions are not limited to any.</summary>
    bool HasOAuthScope(string oauthScope);

    /// <summary>
    /// Whether the call may use what its caller is or holds in the scope or group: a token for one context opens nothing by a membership or
    /// role elsewhere, and a scope that is suspended or over nothing by either. Allow rules ask; deny rules do not, since a narrower token must not be a way past them.
    /// </summary>
    bool ActsFor(string groupOrScope);
}

/// <summary>A caller without valid credentials.</summary>
public sealed class AnonymousSubject : IPolicySubject
{
    private AnonymousSubject()
    {
    }

    /// <summary>The one there is.</summary>
    public static AnonymousSubject Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsAuthenticated => false;

    /// <inheritdoc/>
    public string? Client => null;

    /// <inheritdoc/>
    public DateTimeOffset? AuthenticatedAt => null;

    /// <inheritdoc/>
    public string? Strength => null;

    /// <inheritdoc/>
    public bool IsUser(string nameOrKey) => false;

    /// <inheritdoc/>
    public bool IsInGroup(string group) => false;

    /// <inheritdoc/>
    public bool HasRole(string role, string scope) => false;

    /// <inheritdoc/>
    public bool HasOAuthScope(string oauthScope) => false;

    /// <inheritdoc/>
    public bool ActsFor(string groupOrScope) => false;
}
