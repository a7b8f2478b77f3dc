using Microsoft.Extensions.Logging;

namespace Platform.Grains.Audit;

internal sealed partial class AuditLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Count} audit entries were not recorded; their callers were told")]
    private static partial void LogNotRecorded(ILogger logger, int count, Exception exception);
}
