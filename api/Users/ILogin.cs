using System.Net;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <summary>Checks a name and password against the directories.</summary>
internal interface ILogin
{
    /// <summary>
    /// Tries a login. Unknown user, wrong password and disabled user take the same steps and at least the same time, and end in the
    /// same <see cref="LoginResult.Refused"/>.
    /// </summary>
    Task<LoginResult> LoginAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Tries a login that begins no session, for tokens of clients that an administrator lets send passwords. The same throttle, steps and time;
    /// where it succeeds, <see cref="LoginResult.Verified"/>.
    /// </summary>
    Task<LoginResult> VerifyAsync(LoginAttempt attempt, CancellationToken cancellationToken);
}

/// <summary>What a client sent to log in.</summary>
/// <param name="UserName">As typed.</param>
/// <param name="Password">As typed; never logged.</param>
/// <param name="Address">Where from.</param>
/// <param name="UserAgent">What the client calls itself; empty: nothing.</param>
internal sealed record LoginAttempt(string UserName, string Password, IPAddress Address, string UserAgent)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"login of {UserName} from {Address}";
}

/// <summary>How a login ended.</summary>
internal abstract record LoginResult
{
    private LoginResult()
    {
    }

    /// <summary>A session began.</summary>
    internal sealed record Accepted(SessionId Id, SessionSnapshot Session) : LoginResult;

    /// <summary>The password is the user's; no session began.</summary>
    internal sealed record Verified(UserSnapshot User) : LoginResult;

    /// <summary>Unknown user, wrong password or disabled user; which one is in the log and the audit alone.</summary>
    internal sealed record Refused : LoginResult;

    /// <summary>Too many failures; nothing was checked.</summary>
    internal sealed record Throttled(TimeSpan RetryAfter) : LoginResult;

    /// <summary>A directory that had to be asked does not answer.</summary>
    internal sealed record DirectoryUnavailable : LoginResult;
}
