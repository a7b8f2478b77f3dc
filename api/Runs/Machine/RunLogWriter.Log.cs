using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

internal sealed partial class RunLogWriter
{
    [LoggerMessage(LogLevel.Warning, "The log of the run {run} could not be carried over; it is tried again.")]
    private partial void LogFailed(Exception failure, RunId run);
}
