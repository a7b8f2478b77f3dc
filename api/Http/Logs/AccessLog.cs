using System.Diagnostics;

namespace Platform.Api.Http.Logs;

/// <summary>
/// One line a request: method, path, status, duration, address. The path is without parameters, and the query is left out, since
/// either may carry a secret. Server errors are warnings, the rest is information.
/// </summary>
internal sealed partial class AccessLog(RequestDelegate next, ILogger<AccessLog> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        SecurityHeaders.Set(context.Response);
        return logger.IsEnabled(LogLevel.Warning) ? LoggedAsync(context) : next(context);
    }

    private async Task LoggedAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();
        await next(context);
        var status = context.Response.StatusCode;
        var level = status >= 500 ? LogLevel.Warning : LogLevel.Information;
        if (logger.IsEnabled(level))
        {
            LogRequest(
                level,
                KnownMethod(context.Request.Method),
                PathRedaction.Redact(context.Request.Path.Value),
                status,
                Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                context.Connection.RemoteIpAddress);
        }
    }

    /// <summary>A method is any word of the client's choice; only those that exist are quoted.</summary>
    private static string KnownMethod(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "TRACE" ? method : "(other)";
}
