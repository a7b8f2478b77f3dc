namespace Platform.Api.Runs.Machine;

internal sealed partial class MachineBeat
{
    [LoggerMessage(LogLevel.Information, "This node starts containers as the machine {machine}, with {engine}.")]
    private partial void LogReady(string machine, string engine);

    [LoggerMessage(LogLevel.Warning, "The container engine at {runtime} does not answer; runs wait until it does.")]
    private partial void LogEngineAway(Exception failure, string? runtime);

    [LoggerMessage(LogLevel.Warning, "The machine {machine} could not say that it is there; it goes on trying.")]
    private partial void LogNotHeard(Exception failure, string machine);

    [LoggerMessage(LogLevel.Warning, "Another process speaks for the machine {machine}, or has its folder {folder}; this node starts no containers until it is gone. Each machine needs a name of its own (Runs:Machine).")]
    private partial void LogNameTaken(string machine, string folder);
}
