namespace Platform.Api.OAuth.PersonalTokens;

/// <summary>The errors of personal tokens.</summary>
internal static class PersonalTokenErrors
{
    public static readonly ErrorCode Malformed = new("malformed-personal-token", "A personal token has a name, a context and perhaps a lifetime.", 400);
    public static readonly ErrorCode NoSuchContext = new("no-such-context", "There is no such scope that you are a member of.", 403);
    public static readonly ErrorCode NoSuchToken = new("no-such-personal-token", "There is no such personal token of yours.", 404);
    public static readonly ErrorCode TooMany = new("too-many-personal-tokens", "There are as many personal tokens of yours as there may be.", 409);
}
