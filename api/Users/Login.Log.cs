using System.Net;
using Platform.Grains.Users;

namespace Platform.Api.Users;

internal sealed partial class Login
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Login of {User} from {Address}: session {Handle}")]
    private partial void LogAccepted(UserKey user, IPAddress address, string handle);

    [LoggerMessage(Level = LogLevel.Information, Message = "Login of {User} from {Address} for a client, without a session")]
    private partial void LogVerified(UserKey user, IPAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Login of {Subject} from {Address} refused: {Cause}")]
    private partial void LogRefused(string subject, IPAddress address, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Login of {Subject} from {Address} has to wait {RetryAfter}; nothing was checked.")]
    private partial void LogThrottled(string subject, IPAddress address, TimeSpan retryAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Login of {Subject} from {Address} has to wait: too many passwords are being hashed.")]
    private partial void LogQueueFull(string subject, IPAddress address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Login of {Subject} from {Address} could not be decided: directory {Directory}: {Reason}")]
    private partial void LogUnavailable(string subject, IPAddress address, string directory, string reason);
}
