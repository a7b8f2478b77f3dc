namespace Platform.Api.OAuth.Credentials;

/// <summary>The errors of calls with a token, outside the OAuth endpoints.</summary>
internal static class CredentialErrors
{
    public static readonly ErrorCode MalformedToken = new("malformed-token", "The request brings a token in no way, or in more than one way, that is taken.", 400);
    public static readonly ErrorCode TokenMismatch = new("token-mismatch", "The token and the session are of different subjects.", 400);
    public static readonly ErrorCode InvalidToken = new("invalid-token", "The token is malformed, over, revoked, or not for the platform.", 401);
    public static readonly ErrorCode ContextMismatch = new("context-mismatch", "The token is for another scope than the request names.", 403);
}
