using Microsoft.Extensions.Logging;

namespace Platform.Policies.AspNetCore;

internal sealed partial class PlatformPolicyMiddleware
{
    [LoggerMessage(1, LogLevel.Information, "A request was refused before anybody was asked: {Fault}.")]
    private partial void LogUrlRefused(string fault);

    [LoggerMessage(2, LogLevel.Error, "The platform did not answer, so the request was refused.")]
    private partial void LogNoAnswer(Exception failure);

    [LoggerMessage(3, LogLevel.Error, "The platform answered {Status}, which is neither a yes nor a refusal, so the request was refused.")]
    private partial void LogStrangeAnswer(int status);
}
