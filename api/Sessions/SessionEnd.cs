using Platform.Api.OAuth.Logout;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Sessions;

/// <summary>Ends sessions at their owner's wish. The row goes first: from then on no node says yes; the rest is tidying and record.</summary>
internal sealed class SessionEnd(IPlatformGrains grains, IAuditLog audit, LogoutDelivery delivery)
{
    /// <summary>Ends the caller's own session.</summary>
    public Task LogOutAsync(HttpContext context, Caller caller) =>
        EndAsync(context, caller, AuditActions.Logout, caller.Live.Session.Key, caller.Live.Session.Handle);

    /// <summary>Ends another session of the caller.</summary>
    public Task EndOtherAsync(HttpContext context, Caller caller, UserSession session) =>
        EndAsync(context, caller, AuditActions.EndSession, session.Key, session.Handle);

    /// <summary>Ends the session that a new login of the same user came with.</summary>
    public Task EndReplacedAsync(HttpContext context, Caller caller) =>
        EndAsync(context, caller, AuditActions.EndSession, caller.Live.Session.Key, caller.Live.Session.Handle);

    private async Task EndAsync(HttpContext context, Caller caller, string action, SessionKey key, string handle)
    {
        // No cancellation: a client that hangs up has still asked for the end of its session.
        await grains.Session(key).EndAsync();
        delivery.Hurry(key);
        await audit.RecordAsync(new AuditEntry(action, AuditEntry.Ok, caller.Subject, handle, context.ClientAddress()), CancellationToken.None);
        await grains.User(caller.Live.User.Key).ForgetSessionAsync(handle);
    }
}
