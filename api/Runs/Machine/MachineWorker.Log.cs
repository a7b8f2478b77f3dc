using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

internal sealed partial class MachineWorker
{
    [LoggerMessage(LogLevel.Information, "This node starts containers as the machine {machine}, with {engine}.")]
    private partial void LogReady(string machine, string engine);

    [LoggerMessage(LogLevel.Warning, "The container engine at {runtime} does not answer; runs wait until it does.")]
    private partial void LogEngineAway(Exception failure, string? runtime);

    [LoggerMessage(LogLevel.Warning, "The machine {machine} could not say that it is there, since the database does not answer.")]
    private partial void LogNotHeard(Exception failure, string machine);

    [LoggerMessage(LogLevel.Warning, "Another process speaks for the machine {machine}; this node starts no containers until it is gone. Each machine needs a name of its own (Runs:Machine).")]
    private partial void LogNameTaken(string machine);

    [LoggerMessage(LogLevel.Information, "The run {run} goes on here.")]
    private partial void LogBegun(RunId run);

    [LoggerMessage(LogLevel.Error, "The run {run} could not be brought on; it is tried again.")]
    private partial void LogFailed(Exception failure, RunId run);

    [LoggerMessage(LogLevel.Error, "This machine could not look for runs; it is tried again.")]
    private partial void LogLookFailed(Exception failure);

    [LoggerMessage(LogLevel.Information, "The container {container} belongs to no run that goes on, and was removed.")]
    private partial void LogRemoved(string container);
}
