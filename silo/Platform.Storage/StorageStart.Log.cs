using Microsoft.Extensions.Logging;

namespace Platform.Storage;

public sealed partial class StorageStart
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The database does not answer yet.")]
    private partial void LogWaiting(Exception exception);
}
