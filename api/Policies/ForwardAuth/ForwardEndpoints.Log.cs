using Platform.Grains.Policies;
using Platform.Policies.Decisions;

namespace Platform.Api.Policies.ForwardAuth;

internal sealed partial class ForwardEndpoints
{
    [LoggerMessage(1, LogLevel.Information, "Refused at {Service}: {Outcome}, rule {Rule}.")]
    private partial void LogRefused(ServiceName? service, PolicyOutcome outcome, string? rule);
}
