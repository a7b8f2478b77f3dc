namespace Platform.Api.OAuth;

/// <summary>The OAuth scopes that the platform itself knows.</summary>
internal static class OAuthScopes
{
    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";
    public const string Groups = "groups";
    public const string OfflineAccess = "offline_access";

    /// <summary>Reads resources.</summary>
    public const string Read = "read";

    /// <summary>Changes resources.</summary>
    public const string Write = "write";

    /// <summary>Reads and changes policy sets, for those who may.</summary>
    public const string Policies = "policies";

    /// <summary>Asks for decisions about others.</summary>
    public const string PoliciesDecide = "policies:decide";

    /// <summary>Administers, for those who may: <c>/admin/api</c>.</summary>
    public const string Admin = "admin";

    /// <summary>Reads what <see cref="Admin"/> changes.</summary>
    public const string AdminRead = "admin:read";

    /// <summary>Changes users and groups by SCIM (RFC 7644), for those who may.</summary>
    public const string ScimWrite = "scim:write";

    /// <summary>Reads users and groups by SCIM, for those who may.</summary>
    public const string ScimRead = "scim:read";

    /// <summary>Starts runs of algorithms for their user, reads and cancels them.</summary>
    public const string Runs = "runs";

    /// <summary>Reads the runs of their user, and what the scope shows of others.</summary>
    public const string RunsRead = "runs:read";

    /// <summary><c>d4s-context:/infra/VO/VRE</c>: the token is for that context (contracts of D4Science).</summary>
    public const string ContextPrefix = "d4s-context:";

    /// <summary>In a client's list: every context that its user is a member of.</summary>
    public const string AnyContext = ContextPrefix + "*";

    /// <summary>Those that an operator gives to clients; who registers gets none of them, since a client uses them in its own name.</summary>
    public static IReadOnlyList<string> ByOperator { get; } = [Policies, PoliciesDecide, Admin, AdminRead, ScimWrite, ScimRead, Runs, RunsRead];

    /// <summary>Those with a fixed name, as discovery lists them.</summary>
    public static IReadOnlyList<string> Fixed { get; } = [OpenId, Profile, Email, Groups, OfflineAccess, Read, Write, .. ByOperator];
}

/// <summary>The grants, by their <c>grant_type</c>.</summary>
internal static class GrantTypes
{
    public const string AuthorizationCode = "authorization_code";
    public const string RefreshToken = "refresh_token";
    public const string ClientCredentials = "client_credentials";
    public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    public const string Password = "password";

    public static IReadOnlyList<string> All { get; } = [AuthorizationCode, RefreshToken, ClientCredentials, DeviceCode, TokenExchange, Password];
}

/// <summary>Authentication context classes (<c>acr</c>).</summary>
internal static class AuthenticationContexts
{
    /// <summary>A password.</summary>
    public const string Password = "urn:platform:acr:password";

    /// <summary>All, weakest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Password];
}
