namespace Platform.Api.Console.Control;

internal sealed partial class ControlServer
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The control socket could not be made: commands on this store are refused while the server runs")]
    private static partial void LogNoSocket(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The command {Command} failed")]
    private static partial void LogFailed(ILogger logger, string command, Exception exception);
}
