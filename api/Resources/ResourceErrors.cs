namespace Platform.Api.Resources;

/// <summary>The errors of documents.</summary>
internal static class ResourceErrors
{
    public static readonly ErrorCode MalformedPath = new("malformed-resource-path", "The resource's path does not follow the grammar.", 400);
    public static readonly ErrorCode MalformedDocument = new("malformed-document", "The body is not JSON in UTF-8.", 400);
    public static readonly ErrorCode MalformedVisibility = new("malformed-visibility", "The visibility is public, members or managers.", 400);
    public static readonly ErrorCode MalformedAge = new("malformed-authentication-age", "The authentication age is a number of seconds from 1 to 31536000, or 'none'.", 400);
    public static readonly ErrorCode MalformedCursor = new("malformed-cursor", "The cursor is none that a list gave.", 400);
    public static readonly ErrorCode ScopeMismatch = new("scope-mismatch", "The scope named is not that of the session or token.", 400);
    public static readonly ErrorCode NotAWriter = new("not-a-writer", "Only managers of the scope change this.", 403);
    public static readonly ErrorCode NotARun = new("not-a-run", "Only runs of algorithms change this.", 403);
    public static readonly ErrorCode Inherited = new("resource-inherited", "The resource is placed in a scope above; it is removed there.", 403);
    public static readonly ErrorCode NoSuchResource = new("no-such-resource", "There is no such resource.", 404);
    public static readonly ErrorCode PathTaken = new("resource-path-taken", "Nothing can be stored at this path.", 409);
    public static readonly ErrorCode PreconditionFailed = new("resource-changed", "The resource is not in the state that the request rests on.", 412);
    public static readonly ErrorCode TooLarge = new("document-too-large", "The document is over the limit.", 413);
    public static readonly ErrorCode UnacceptableDocument = new("unacceptable-document", "The document is JSON, but none that is kept.", 422);
    public static readonly ErrorCode UnacceptablePatch = new("unacceptable-patch", "The patch is JSON, but cannot be applied here.", 422);
}
