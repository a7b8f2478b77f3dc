using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Api.Users;

/// <inheritdoc cref="IDirectoryRecheck"/>
internal sealed partial class DirectoryRecheck(
    UserDirectories directories,
    DirectoryConfirmations confirmations,
    DirectoryMemberships memberships,
    IPlatformGrains grains,
    IAuditLog audit,
    IOptions<UsersOptions> options,
    TimeProvider time,
    ILogger<DirectoryRecheck> logger) : IDirectoryRecheck
{
    private const string Address = "platform";

    // One question about a user at a time, whatever the number of their requests.
    private readonly ConcurrentDictionary<UserKey, Lazy<Task<bool>>> _underWay = new();

    /// <inheritdoc/>
    public ValueTask<bool> ConfirmAsync(LiveSession session, CancellationToken cancellationToken) => ConfirmAsync(session.User.Key, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> ConfirmAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (directories.Find(user.Directory) is not { } directory)
        {
            // Nobody vouches for the user any more (invariant 7).
            LogNoDirectory(user);
            return false;
        }

        var need = directory.IsRemote ? confirmations.Of(user) : DirectoryConfirmations.Need.None;
        if (need == DirectoryConfirmations.Need.None)
        {
            return true;
        }

        var asked = Ask(directory, user);
        if (need == DirectoryConfirmations.Need.Soon)
        {
            return true;
        }

        try
        {
            return await asked.WaitAsync(options.Value.RecheckPatience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!asked.IsCompleted)
        {
            // As good as down: the session goes on, and the question too.
            confirmations.NoteSilence(user);
            return true;
        }
    }

    private Task<bool> Ask(IUserDirectory directory, UserKey user)
    {
        var asked = _underWay.GetOrAdd(user, _ => new Lazy<Task<bool>>(() => Task.Run(() => AskAsync(directory, user)))).Value;
        return asked;
    }

    private async Task<bool> AskAsync(IUserDirectory directory, UserKey user)
    {
        try
        {
            switch (await directory.ConfirmAsync(user, CancellationToken.None).ConfigureAwait(false))
            {
                case DirectoryAnswer.Found { User: var found }:
                    if (found.Memberships is { } given)
                    {
                        await memberships.ReplaceAsync(user, given, Address, CancellationToken.None).ConfigureAwait(false);
                    }

                    confirmations.Confirm(user);
                    return true;
                case DirectoryAnswer.Unavailable { Reason: var reason }:
                    LogSilent(user, reason);
                    confirmations.NoteSilence(user);
                    return true;
                case DirectoryAnswer.Disabled:
                    await EndAsync(user, "user-disabled").ConfigureAwait(false);
                    return false;
                default:
                    await EndAsync(user, "user-removed").ConfigureAwait(false);
                    return false;
            }
        }
        catch (Exception failure)
        {
            // A request that waits gets it, too; where none does, this is all that is left of it.
            LogFailed(failure, user);
            throw;
        }
        finally
        {
            _underWay.TryRemove(user, out _);
        }
    }

    private async Task EndAsync(UserKey user, string cause)
    {
        await grains.User(user).EndAllSessionsAsync().ConfigureAwait(false);
        confirmations.Forget(user);
        LogEnded(user, cause);
        await audit.RecordAsync(
            new AuditEntry(AuditActions.EndSession, AuditEntry.Ok, user.ToString(), user.ToString(), Address, cause), CancellationToken.None).ConfigureAwait(false);
        await memberships.ReplaceAsync(user, [], Address, CancellationToken.None).ConfigureAwait(false);
    }
}
