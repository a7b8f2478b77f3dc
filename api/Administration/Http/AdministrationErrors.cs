using Platform.Api.Http;
using Platform.Grains.Administration;

namespace Platform.Api.Administration.Http;

/// <summary>The errors of administration. Refusals of the core have codes of their own; here is the status of each kind.</summary>
internal static class AdministrationErrors
{
    public static readonly ErrorCode MalformedBody = new("malformed-body", "The body is not what is needed here.", 400);
    public static readonly ErrorCode MalformedIdempotencyKey = new("malformed-idempotency-key", "Idempotency-Key is one string of 1 to 255 printable ASCII characters.", 400);
    public static readonly ErrorCode IdempotencyKeyUnderWay = new("idempotency-key-under-way", "A request with this Idempotency-Key is under way, or its outcome is not known: see whether it took effect before another key is used.", 409);
    public static readonly ErrorCode IdempotencyKeyReused = new("idempotency-key-reused", "This Idempotency-Key came with another request before.", 422);

    /// <summary>A refusal as it leaves.</summary>
    public static Problem Of(AdministrationRefusal refusal)
    {
        var (title, status) = refusal.Kind switch
        {
            RefusalKind.Invalid => ("A value is not one that can be taken.", StatusCodes.Status400BadRequest),
            RefusalKind.Forbidden => ("The caller may not do this.", StatusCodes.Status403Forbidden),
            RefusalKind.NotFound => ("There is no such thing.", StatusCodes.Status404NotFound),
            RefusalKind.PreconditionFailed => ("It was changed since it was read.", StatusCodes.Status412PreconditionFailed),
            _ => ("The present state does not allow this.", StatusCodes.Status409Conflict),
        };
        return new Problem(new ErrorCode(refusal.Code, title, status), refusal.Message, refusal.Field);
    }
}
