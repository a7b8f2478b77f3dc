namespace Platform.Api.OAuth.Logout;

internal sealed partial class LogoutDelivery
{
    [LoggerMessage(LogLevel.Warning, "Client {Client} was not told of a logout and will not be: its backchannel_logout_uri does not take it.")]
    private partial void LogGivenUp(string client);

    [LoggerMessage(LogLevel.Warning, "Logouts could not be told to clients; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
