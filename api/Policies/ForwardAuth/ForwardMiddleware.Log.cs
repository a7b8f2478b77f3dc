using System.Net;

namespace Platform.Api.Policies.ForwardAuth;

internal sealed partial class ForwardMiddleware
{
    [LoggerMessage(1, LogLevel.Warning, "{Address} asks as a reverse proxy does, and is none of KnownProxies.")]
    private partial void LogUnknownProxy(IPAddress? address);

    [LoggerMessage(2, LogLevel.Warning, "The proxy at {Address} does not say what its client asked for: {Missing}.")]
    private partial void LogIncomplete(IPAddress? address, string? missing);
}
