namespace Platform.Api.Http;

internal sealed partial class ProblemMiddleware
{
    [LoggerMessage(1, LogLevel.Error, "A {Method} request failed.")]
    private partial void LogFailed(Exception exception, string method);

    [LoggerMessage(2, LogLevel.Warning, "The database does not answer.")]
    private partial void LogStorageUnavailable(Exception exception);

    [LoggerMessage(3, LogLevel.Critical, "The ring of signing keys cannot be decrypted: restore the key-encryption key that it was made under. Until then no token is signed or verified.")]
    private partial void LogKeysUnreadable(Exception exception);

    [LoggerMessage(4, LogLevel.Critical, "A stored policy set cannot be read: nothing passes at its service. Bring this node to the version that wrote it, or put an earlier revision back.")]
    private partial void LogPoliciesUnreadable(Exception exception);
}
