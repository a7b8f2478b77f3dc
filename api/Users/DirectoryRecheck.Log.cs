using Platform.Grains.Users;

namespace Platform.Api.Users;

internal sealed partial class DirectoryRecheck
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The directory of {User} is not configured; their session counts for nothing.")]
    private partial void LogNoDirectory(UserKey user);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The directory did not answer about {User}, whose sessions go on: {Reason}")]
    private partial void LogSilent(UserKey user, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What the directory says of {User} could not be put into effect.")]
    private partial void LogFailed(Exception failure, UserKey user);

    [LoggerMessage(Level = LogLevel.Information, Message = "The sessions of {User} were ended: {Cause}")]
    private partial void LogEnded(UserKey user, string cause);
}
