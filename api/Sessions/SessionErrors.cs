namespace Platform.Api.Sessions;

/// <summary>The errors of login, logout and sessions.</summary>
internal static class SessionErrors
{
    public static readonly ErrorCode MalformedCredentials = new("malformed-credentials", "The Authorization header is not BASIC with UTF-8 and a colon.", 400);
    public static readonly ErrorCode UserMismatch = new("user-mismatch", "The username is not that of the session.", 400);
    public static readonly ErrorCode LoginRefused = new("login-refused", "The user name or the password is wrong.", 401);
    public static readonly ErrorCode CredentialsRequired = new("credentials-required", "Log in with BASIC, or with a form of username and password.", 401);
    public static readonly ErrorCode SessionRequired = new("session-required", "There is no live session. Log in.", 401);
    public static readonly ErrorCode NoScopeGiven = new("no-scope-given", "Without a session a scope has to be given.", 401);
    public static readonly ErrorCode ScopeNotOpen = new("scope-not-open", "The scope is not open to callers without a session.", 401);
    public static readonly ErrorCode OperationNotOpen = new("operation-not-open", "The operation is not open to callers without a session.", 401);
    public static readonly ErrorCode Forged = new("form-expired", "The form is not, or no longer, valid. Load it again.", 403);
    public static readonly ErrorCode NoSuchSession = new("no-such-session", "There is no such session of yours.", 404);
    public static readonly ErrorCode NoSuchAttribute = new("no-such-attribute", "The session has no such attribute.", 404);
    public static readonly ErrorCode MalformedAttributeName = new("malformed-attribute-name", "An attribute's name is 1 to 128 letters, digits, '.', '_' and '-'.", 400);
    public static readonly ErrorCode MalformedCondition = new("malformed-condition", "A conditional header is malformed.", 400);
    public static readonly ErrorCode PreconditionFailed = new("precondition-failed", "The attribute is not in the state that the request rests on.", 412);
    public static readonly ErrorCode AttributeTooLarge = new("attribute-too-large", "The attribute, or all of the session's together, would be over the limit.", 413);
    public static readonly ErrorCode LoginThrottled = new("login-throttled", "Too many failed logins. Wait.", 429);
    public static readonly ErrorCode DirectoryUnavailable = new("directory-unavailable", "The directory of users does not answer. Try again.", 503);
}
