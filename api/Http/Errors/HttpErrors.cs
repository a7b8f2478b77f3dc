namespace Platform.Api.Http;

/// <summary>The errors of the front itself, whatever the endpoint.</summary>
internal static class HttpErrors
{
    public static readonly ErrorCode MalformedTarget = new("malformed-target", "The request target is malformed.", 400);
    public static readonly ErrorCode MalformedRequest = new("malformed-request", "The request is malformed.", 400);
    public static readonly ErrorCode MissingParameter = new("missing-parameter", "A parameter is missing.", 400);
    public static readonly ErrorCode CrossSite = new("cross-site", "A request of another site cannot do this.", 403);
    public static readonly ErrorCode NoRule = new("no-rule", "No rule allows this.", 403);
    public static readonly ErrorCode NotFound = new("not-found", "There is nothing at this path.", 404);
    public static readonly ErrorCode MethodNotAllowed = new("method-not-allowed", "The method is not known here.", 405);
    public static readonly ErrorCode NotAcceptable = new("not-acceptable", "There is no answer in a format that the request accepts.", 406);
    public static readonly ErrorCode Conflict = new("conflict", "Somebody else changed the same thing at the same time. Nothing was changed.", 409);
    public static readonly ErrorCode BodyTooLarge = new("body-too-large", "The body is over the limit.", 413);
    public static readonly ErrorCode TargetTooLong = new("target-too-long", "The request target is too long.", 414);
    public static readonly ErrorCode UnsupportedMediaType = new("unsupported-media-type", "The body is of a media type that is not taken here.", 415);
    public static readonly ErrorCode Internal = new("internal", "Something broke. It has been logged.", 500);
    public static readonly ErrorCode StorageUnavailable = new("storage-unavailable", "The database does not answer. Try again.", 503);
    public static readonly ErrorCode KeysUnreadable = new("keys-unreadable", "The signing keys cannot be read. The operator has to mend it.", 503);
    public static readonly ErrorCode PoliciesUnreadable = new("policies-unreadable", "The policies cannot be read. The operator has to mend it.", 503);
    public static readonly ErrorCode Busy = new("busy", "Too many passwords wait to be checked. Try again.", 503);
    public static readonly ErrorCode NotReady = new("not-ready", "This node does not take requests now.", 503);

    /// <summary>The entry for a status that the framework set.</summary>
    public static ErrorCode OfStatus(int status) => status switch
    {
        404 => NotFound,
        405 => MethodNotAllowed,
        406 => NotAcceptable,
        413 => BodyTooLarge,
        414 => TargetTooLong,
        415 => UnsupportedMediaType,
        >= 500 => Internal with { Status = status },
        _ => MalformedRequest with { Status = status },
    };
}
