namespace Platform.Api.Scopes;

/// <summary>The errors of scopes.</summary>
internal static class ScopeErrors
{
    public static readonly ErrorCode NoScopeSelected = new("no-scope-selected", "No scope selected", 400);
    public static readonly ErrorCode MalformedScope = new("malformed-scope", "The scope does not follow the grammar.", 400);
    public static readonly ErrorCode NotAMember = new("not-a-member", "You are not a member of this scope.", 403);
    public static readonly ErrorCode ScopeClosed = new("scope-closed", "The scope is suspended, or has ended.", 403);
    public static readonly ErrorCode TermsNotSigned = new("terms-not-signed", "The acceptable-use policy has to be signed first.", 403);
    public static readonly ErrorCode NoSuchScope = new("no-such-scope", "There is no such scope in your lists.", 404);
}
