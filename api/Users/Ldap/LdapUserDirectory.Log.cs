namespace Platform.Api.Users.Ldap;

internal sealed partial class LdapUserDirectory
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Directory {Directory}: {Server} did not answer: {Failure}")]
    private partial void LogServerFailed(string directory, LdapServer server, string failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Directory {Directory}: {Server} could not answer a question that its settings make: {Failure}")]
    private partial void LogNoAnswer(string directory, LdapServer server, string failure);
}
