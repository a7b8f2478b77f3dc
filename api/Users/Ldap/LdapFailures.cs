using System.DirectoryServices.Protocols;

namespace Platform.Api.Users.Ldap;

/// <summary>Which of a server's answers say something about the user, and which about the server.</summary>
internal static class LdapFailures
{
    /// <summary>Whether a bind's answer refuses the user; any other failure is the server's or the configuration's.</summary>
    public static bool IsRefusal(ResultCode code) => (int)code switch
    {
        49 => true, // invalidCredentials
        48 => true, // inappropriateAuthentication: the entry has no password
        50 => true, // insufficientAccessRights
        32 => true, // noSuchObject
        34 => true, // invalidDNSyntax
        19 => true, // constraintViolation: locked after wrong guesses
        53 => true, // unwillingToPerform: disabled
        _ => false,
    };

    /// <summary>Whether an exception means that this server cannot be used, so that the next one is asked.</summary>
    public static bool IsFailure(Exception exception) =>
        exception is LdapException or DirectoryOperationException or TlsOperationException or BerConversionException;

    /// <summary>
    /// Whether the server answered well enough and only this question has no answer: an entry without an id, more groups than the server
    /// lists. Were the server passed over for it, whoever asks such a question would shut everybody else out.
    /// </summary>
    public static bool IsOfOneQuestion(Exception exception) =>
        exception is LdapEntryException
        || (exception is DirectoryOperationException { Response: { } response }
            && (int)response.ResultCode is not (1 or 3 or 51 or 52 or 80)); // operationsError, timeLimitExceeded, busy, unavailable, other

    /// <summary>The failure in words, without anything that was sent.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        LdapException ldap => $"{ldap.Message} ({ldap.ErrorCode})",
        DirectoryOperationException { Response: { } response } => $"{response.ResultCode}",
        _ => exception.Message,
    };
}

/// <summary>An entry lacks what a user needs, or the search account may not read it.</summary>
internal sealed class LdapEntryException(string message) : Exception(message);
