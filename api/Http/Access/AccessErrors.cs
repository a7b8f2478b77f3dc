namespace Platform.Api.Http.Access;

/// <summary>The refusals that say what a caller lacks.</summary>
internal static class AccessErrors
{
    public static readonly ErrorCode LoginRequired = new("token-required", "This needs a session, or an access token.", 401);
    public static readonly ErrorCode FreshLoginRequired = new("fresh-login-required", "This needs a more recent login.", 401);
    public static readonly ErrorCode DeniedByPolicy = new("denied-by-policy", "The operator's policies deny this.", 403);
    public static readonly ErrorCode DeniedUntilLogin = new("denied-by-policy", "The operator's policies deny this to callers without a session or token.", 401);
    public static readonly ErrorCode InsufficientOAuthScope = new("insufficient-oauth-scope", "The access token is not for this.", 403);
}
