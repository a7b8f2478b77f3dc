using Microsoft.Extensions.Logging;

namespace Platform.Grains.Administration.Sessions;

internal sealed partial class EndedSessions
{
    [LoggerMessage(1, LogLevel.Warning, "A session that was ended left its row; the sweeper comes for it.")]
    private partial void LogLeft(Exception exception);
}
