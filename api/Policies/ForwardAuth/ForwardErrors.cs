namespace Platform.Api.Policies.ForwardAuth;

/// <summary>The refusals of forward authentication.</summary>
internal static class ForwardErrors
{
    public static readonly ErrorCode UnknownProxy = new("unknown-proxy", "This is for reverse proxies that the operator named.", 403);
    public static readonly ErrorCode Incomplete = new("incomplete-question", "The proxy does not say what its client asked for.", 400);
    public static readonly ErrorCode UrlRefused = new("url-refused", "The URL can be read in more than one way.", 400);
    public static readonly ErrorCode UnknownHost = new("unknown-host", "No protected service has this host.", 403);
    public static readonly ErrorCode LoginRequired = new("token-required", "This needs a login, or an access token.", 401);
    public static readonly ErrorCode Denied = new("denied", "The policies of the service do not allow this.", 403);
    public static readonly ErrorCode LoginOver = new("login-over", "The login did not begin in this browser, took too long, or was used before.", 400);
}
