using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Api.Users.Passwords;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using SessionOptions = Platform.Api.Sessions.SessionOptions;

namespace Platform.Api.Users;

/// <inheritdoc cref="ILogin"/>
internal sealed partial class Login(
    UserDirectories directories,
    LoginGate gate,
    PasswordHasher hasher,
    DirectoryConfirmations confirmations,
    DirectoryMemberships memberships,
    IPlatformGrains grains,
    IAuditLog audit,
    IOptions<UsersOptions> options,
    IOptions<SessionOptions> sessions,
    TimeProvider time,
    ILogger<Login> logger) : ILogin
{
    /// <summary>What a right password leads to; null where the user was disabled, or all their logins were ended, meanwhile.</summary>
    private delegate Task<LoginResult?> Acceptance(DirectoryUser user, LoginAttempt attempt, CancellationToken cancellationToken);

    private static readonly TimeSpan QueueFullDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<LoginResult> LoginAsync(LoginAttempt attempt, CancellationToken cancellationToken) => TryAsync(attempt, StartSessionAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<LoginResult> VerifyAsync(LoginAttempt attempt, CancellationToken cancellationToken) => TryAsync(attempt, AcceptAsync, cancellationToken);

    private async Task<LoginResult> TryAsync(LoginAttempt attempt, Acceptance accept, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var candidate = LoginCandidate.Of(attempt);
        var decision = await gate.BeginAsync(candidate, attempt.Address, cancellationToken).ConfigureAwait(false);
        if (decision.Ticket is not { } ticket)
        {
            LogThrottled(candidate.ForRecord, attempt.Address, decision.RetryAfter);
            return new LoginResult.Throttled(decision.RetryAfter);
        }

        try
        {
            return await DecideAsync(began, attempt, candidate, ticket, accept, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Who hangs up before the answer has guessed all the same.
            await gate.FailAsync(ticket, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch
        {
            // The platform's failure, not the client's.
            await gate.WithdrawAsync(ticket, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<LoginResult> DecideAsync(
        long began, LoginAttempt attempt, LoginCandidate candidate, ThrottleTicket ticket, Acceptance accept, CancellationToken cancellationToken)
    {
        var verdict = await JudgeAsync(candidate, cancellationToken).ConfigureAwait(false);
        switch (verdict)
        {
            case LoginVerdict.Verified { User: var user }:
                if (await accept(user, attempt, cancellationToken).ConfigureAwait(false) is { } accepted)
                {
                    await gate.SucceedAsync(candidate, ticket, cancellationToken).ConfigureAwait(false);
                    return accepted;
                }

                return await RefuseAsync(began, ticket, attempt, user.Key.ToString(), user.Epoch is null ? LoginRefusals.Disabled : LoginRefusals.Revoked, cancellationToken).ConfigureAwait(false);
            case LoginVerdict.Undecided { Directory: var directory, Reason: var reason }:
                await gate.WithdrawAsync(ticket, cancellationToken).ConfigureAwait(false);
                LogUnavailable(candidate.ForRecord, attempt.Address, directory, reason);
                await RecordAsync(LoginRefusals.DirectoryUnavailable, candidate.ForRecord, attempt, directory, cancellationToken).ConfigureAwait(false);
                return new LoginResult.DirectoryUnavailable();
            case LoginVerdict.Overloaded { PasswordWasChecked: var wasChecked }:
                await (wasChecked ? gate.FailAsync(ticket, cancellationToken) : gate.WithdrawAsync(ticket, cancellationToken)).ConfigureAwait(false);
                LogQueueFull(candidate.ForRecord, attempt.Address);
                return new LoginResult.Throttled(QueueFullDelay);
            case LoginVerdict.Refused { User: var known, Cause: var cause }:
                return await RefuseAsync(began, ticket, attempt, known?.ToString() ?? candidate.ForRecord, cause, cancellationToken).ConfigureAwait(false);
            default:
                throw new InvalidOperationException($"There is no verdict {verdict}.");
        }
    }

    // The first directory that knows the name decides. One that does not answer might have known it, so none after it is asked.
    private async Task<LoginVerdict> JudgeAsync(LoginCandidate candidate, CancellationToken cancellationToken)
    {
        if (candidate.Name is not { } name)
        {
            return await SpendAsync(candidate, new LoginVerdict.Refused(null, LoginRefusals.Malformed), false, cancellationToken).ConfigureAwait(false);
        }

        foreach (var directory in directories.Ordered)
        {
            DirectoryAnswer answer;
            try
            {
                answer = await directory.VerifyAsync(name, candidate.Password, cancellationToken).ConfigureAwait(false);
            }
            catch (PasswordQueueFullException)
            {
                return new LoginVerdict.Overloaded(PasswordWasChecked: false);
            }

            if (answer is DirectoryAnswer.UnknownUser)
            {
                continue;
            }

            LoginVerdict verdict = answer switch
            {
                DirectoryAnswer.Found { User: var user } => new LoginVerdict.Verified(user),
                DirectoryAnswer.Unavailable { Reason: var reason } => new LoginVerdict.Undecided(directory.Name, reason),
                DirectoryAnswer.WrongPassword { Key: var key } => new LoginVerdict.Refused(key, LoginRefusals.WrongPassword),
                DirectoryAnswer.Disabled { Key: var key } => new LoginVerdict.Refused(key, LoginRefusals.Disabled),
                _ => throw new InvalidOperationException($"There is no answer {answer}."),
            };

            // Every refusal costs one hash, whichever directory it came from.
            return verdict is LoginVerdict.Refused && !directory.HashesPasswords
                ? await SpendAsync(candidate, verdict, true, cancellationToken).ConfigureAwait(false)
                : verdict;
        }

        return await SpendAsync(candidate, new LoginVerdict.Refused(null, LoginRefusals.UnknownUser), false, cancellationToken).ConfigureAwait(false);
    }

    // Where there is no place for another hash, all answers are that one, or the others would tell who is there. A password that
    // was checked still counts: a full queue is no leave to guess.
    private async Task<LoginVerdict> SpendAsync(LoginCandidate candidate, LoginVerdict verdict, bool passwordWasChecked, CancellationToken cancellationToken)
    {
        try
        {
            await hasher.SpendAsync(candidate.Password, cancellationToken).ConfigureAwait(false);
            return verdict;
        }
        catch (PasswordQueueFullException)
        {
            return new LoginVerdict.Overloaded(passwordWasChecked);
        }
    }

    private async Task<LoginResult?> AcceptAsync(DirectoryUser user, LoginAttempt attempt, CancellationToken cancellationToken)
    {
        await TakeMembershipsAsync(user, attempt, cancellationToken).ConfigureAwait(false);
        if (await grains.User(user.Key).AcceptLoginAsync(new AcceptLogin(user.Profile, attempt.Address.ToString(), user.Epoch)).ConfigureAwait(false) is not { } accepted)
        {
            return null;
        }

        confirmations.Confirm(user.Key);
        LogVerified(user.Key, attempt.Address);
        await audit.RecordAsync(
            new AuditEntry(AuditActions.Login, AuditEntry.Ok, user.Key.ToString(), null, attempt.Address.ToString(), user.Profile.UserName),
            cancellationToken).ConfigureAwait(false);
        return new LoginResult.Verified(accepted);
    }

    private async Task<LoginResult?> StartSessionAsync(DirectoryUser user, LoginAttempt attempt, CancellationToken cancellationToken)
    {
        await TakeMembershipsAsync(user, attempt, cancellationToken).ConfigureAwait(false);

        // A new id at every login; a client's own is never adopted.
        var id = SessionId.New();
        var limits = sessions.Value;
        var started = await grains.User(user.Key).StartSessionAsync(new StartSession(
            SessionKey.FromId(id),
            user.Profile,
            attempt.Address.ToString(),
            attempt.UserAgent,
            limits.IdleTimeout,
            limits.Lifetime,
            limits.Limit,
            user.Epoch)).ConfigureAwait(false);
        if (started.Session is not { } session)
        {
            return null;
        }

        confirmations.Confirm(user.Key);
        LogAccepted(user.Key, attempt.Address, session.Handle);
        await audit.RecordAsync(
            new AuditEntry(AuditActions.Login, AuditEntry.Ok, user.Key.ToString(), session.Handle, attempt.Address.ToString(), user.Profile.UserName),
            cancellationToken).ConfigureAwait(false);
        return new LoginResult.Accepted(id, session);
    }

    private async Task TakeMembershipsAsync(DirectoryUser user, LoginAttempt attempt, CancellationToken cancellationToken)
    {
        if (user.Memberships is { } given)
        {
            await memberships.ReplaceAsync(user.Key, given, attempt.Address.ToString(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<LoginResult> RefuseAsync(
        long began, ThrottleTicket ticket, LoginAttempt attempt, string subject, string cause, CancellationToken cancellationToken)
    {
        await gate.FailAsync(ticket, CancellationToken.None).ConfigureAwait(false);
        LogRefused(subject, attempt.Address, cause);
        await RecordAsync(cause, subject, attempt, null, cancellationToken).ConfigureAwait(false);

        // The floor hides what the steps before it cost; the jitter hides what is left of that above it.
        var jitter = options.Value.RefusalJitter * (RandomNumberGenerator.GetInt32(1001) / 1000.0);
        var rest = options.Value.RefusalFloor + jitter - time.GetElapsedTime(began);
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
        }

        return new LoginResult.Refused();
    }

    private ValueTask RecordAsync(string outcome, string subject, LoginAttempt attempt, string? detail, CancellationToken cancellationToken) =>
        audit.RecordAsync(new AuditEntry(AuditActions.Login, outcome, subject, null, attempt.Address.ToString(), detail), cancellationToken);
}
