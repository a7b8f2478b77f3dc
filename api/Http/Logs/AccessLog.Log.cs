using System.Net;

namespace Platform.Api.Http.Logs;

internal sealed partial class AccessLog
{
    [LoggerMessage(EventId = 1, Message = "{Method} {Path} {Status} in {Milliseconds} ms from {Address}")]
    private partial void LogRequest(LogLevel level, string method, string path, int status, double milliseconds, IPAddress? address);
}
