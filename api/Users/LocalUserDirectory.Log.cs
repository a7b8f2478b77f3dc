using Platform.Grains.Users;

namespace Platform.Api.Users;

internal sealed partial class LocalUserDirectory
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The password hash of {User} was raised to today's work factor: {Raised}.")]
    private partial void LogUpgrade(UserKey user, bool raised);
}
