using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

internal sealed partial class MachineWorker
{
    [LoggerMessage(LogLevel.Information, "The run {run} goes on here.")]
    private partial void LogBegun(RunId run);

    [LoggerMessage(LogLevel.Error, "The run {run} could not be brought on; it is tried again.")]
    private partial void LogFailed(Exception failure, RunId run);

    [LoggerMessage(LogLevel.Error, "This machine could not look for runs; it is tried again.")]
    private partial void LogLookFailed(Exception failure);

    [LoggerMessage(LogLevel.Information, "The container {container} belongs to no run that goes on, and was removed.")]
    private partial void LogRemoved(string container);

    [LoggerMessage(LogLevel.Warning, "The container {container} belongs to no run that goes on, and could not be removed; it is tried again.")]
    private partial void LogNotRemoved(Exception failure, string container);
}
