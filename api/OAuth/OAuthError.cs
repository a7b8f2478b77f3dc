using Platform.Api.Http;
using Platform.Api.Http.Wire;

namespace Platform.Api.OAuth;

/// <summary>An error of an OAuth endpoint: RFC 6749 §5.2 JSON, never a problem document.</summary>
/// <param name="Code">The <c>error</c>.</param>
/// <param name="Description">What is wrong and where, in printable ASCII without quotes and backslashes (RFC 6749 §5.2); never a secret, never what the client sent.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record OAuthError(string Code, string Description, int Status = StatusCodes.Status400BadRequest)
{
    public static OAuthError InvalidRequest(string description) => new("invalid_request", description);

    public static OAuthError InvalidClient(string description) => new("invalid_client", description, StatusCodes.Status401Unauthorized);

    public static OAuthError InvalidGrant(string description) => new("invalid_grant", description);

    public static OAuthError UnauthorizedClient(string description) => new("unauthorized_client", description);

    public static OAuthError UnsupportedGrantType(string description) => new("unsupported_grant_type", description);

    public static OAuthError InvalidScope(string description) => new("invalid_scope", description);

    public static OAuthError InvalidTarget(string description) => new("invalid_target", description);

    public static OAuthError AccessDenied(string description) => new("access_denied", description);

    public static OAuthError InvalidToken(string description) => new("invalid_token", description, StatusCodes.Status401Unauthorized);

    public static OAuthError InvalidDpopProof(string description) => new("invalid_dpop_proof", description);

    /// <summary>Too much at once; <c>Retry-After</c> says how long to wait.</summary>
    public static OAuthError SlowDown(string description) => new("slow_down", description, StatusCodes.Status429TooManyRequests);

    /// <summary>
    /// Whether errors at a path are of OAuth, those of routing and of broken infrastructure included; where people are sent with their browsers, they
    /// are pages.
    /// </summary>
    public static bool IsSpokenAt(PathString path) =>
        path.StartsWithSegments("/oauth", out var rest) && rest.HasValue && !rest.StartsWithSegments("/authorize") && !rest.StartsWithSegments("/logout");

    /// <summary>An error of the front as OAuth says it.</summary>
    public static OAuthError Of(Problem problem)
    {
        var status = problem.Error.Status;
        var code = status switch
        {
            StatusCodes.Status503ServiceUnavailable => "temporarily_unavailable",
            StatusCodes.Status401Unauthorized => "invalid_token",
            StatusCodes.Status403Forbidden => "access_denied",
            >= 500 => "server_error",
            _ => "invalid_request",
        };
        return new OAuthError(code, problem.Error.Title, status);
    }

    /// <summary>Answers with the error.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (Code == "invalid_client" && headers.WWWAuthenticate.Count == 0)
        {
            // RFC 6749 §5.2 asks for it where the client tried a header, RFC 9110 §15.5.2 always.
            headers.WWWAuthenticate = "Basic realm=\"oauth\", charset=\"UTF-8\"";
        }

        headers.CacheControl = "no-store";
        headers.Pragma = "no-cache";
        return Answer.WriteJsonAsync(
            context,
            Status,
            "application/json",
            static (json, error) =>
            {
                json.WriteStartObject();
                json.WriteString("error"u8, error.Code);
                json.WriteString("error_description"u8, error.Description);
                json.WriteEndObject();
            },
            this);
    }
}
