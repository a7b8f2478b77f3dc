using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Buffers.Text;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Users;

/// <summary>
/// Passwords that their owners set: with the present one, or with a link that an administrator had made. And the profile of whoever is a local user.
/// </summary>
public sealed class OwnAccount
{
    /// <summary>How long a link is open.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(2);

    private const int SecretBytes = 32;

    private readonly IStateStore _store;
    private readonly IPasswords _passwords;
    private readonly LoginThrottle _throttle;
    private readonly EndedSessions _ended;
    private readonly IAuditLog _audit;
    private readonly TimeProvider _time;

    internal OwnAccount(IStateStore store, IPasswords passwords, LoginThrottle throttle, EndedSessions ended, IAuditLog audit, TimeProvider time)
    {
        _store = store;
        _passwords = passwords;
        _throttle = throttle;
        _ended = ended;
        _audit = audit;
        _time = time;
    }

    private static AdministrationRefusal NoSuchLink { get; } = new(RefusalKind.NotFound, "no-such-reset-link", "This link was used, is over, or never was.");

    /// <summary>Makes a link with which a local user sets a password, once; an earlier one is closed. The present password holds until it is used.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="user">A local user name, or <c>directory:id</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<ResetLink>> MakeResetLinkAsync(AdministrationActor actor, string user, CancellationToken cancellationToken)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var result = await StateTransaction.RunAsync<AdministrationResult<ResetLink>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                var found = await AdministeredRow.FindAsync(transaction, actor, user, now, token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                var (key, state, authority) = found.Value;
                if (found.Value.RefuseUnlessLocal() is { } refusal)
                {
                    return refusal;
                }

                if (state.Disabled)
                {
                    return AdministrationRefusal.Conflict("user-disabled", "This user is disabled; enable them first.");
                }

                if (await AdministeredRow.HoldsMoreAsync(transaction, authority, key, now, token))
                {
                    return AdministeredRow.HoldsMore;
                }

                var link = $"{key.Id}.{secret}";
                var next = state with { ResetHash = HashOf(link), ResetEndsAt = now + LinkLifetime, ResetBy = actor.Subject?.ToString() };
                transaction.Set(StateNames.User, key.ToString(), next);
                return new ResetLink(AdministeredUser.From(key, next, now), link, now + LinkLifetime);
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor.Name, result.Value.User.Key, actor.Address, "reset link made");
        }

        return result;
    }

    /// <summary>Whose link it is, without using it up.</summary>
    public Task<AdministrationResult<UserProfile>> FindByResetLinkAsync(string token, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync<AdministrationResult<UserProfile>>(
            _store,
            async (transaction, cancel) => await FindByLinkAsync(transaction, token, cancel) is { } found ? found.State.Profile : NoSuchLink,
            cancellationToken);

    /// <summary>Sets the password of whose link it is. The link is gone, and so are all their sessions and tokens.</summary>
    /// <param name="token">What the link carries.</param>
    /// <param name="password">The new password.</param>
    /// <param name="address">Where from, for the audit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<UserProfile>> UseResetLinkAsync(string token, string password, string address, CancellationToken cancellationToken)
    {
        var open = await FindByResetLinkAsync(token, cancellationToken);
        if (!open.IsDone)
        {
            return open.Refusal;
        }

        if (_passwords.FindFault(password) is { } fault)
        {
            return AdministrationRefusal.Invalid("password", fault);
        }

        var hash = await _passwords.HashAsync(password, cancellationToken);
        (UserKey Key, UserState State)? used = null;
        var result = await StateTransaction.RunAsync<AdministrationResult<UserProfile>>(
            _store,
            async (transaction, cancel) =>
            {
                // Asked again with the row that is written: of those who come at once, one finds the link there.
                used = await FindByLinkAsync(transaction, token, cancel);
                if (used is not var (key, state))
                {
                    return NoSuchLink;
                }

                transaction.Set(StateNames.User, key.ToString(), UserChanges.SetPassword(state, hash));
                return state.Profile;
            },
            cancellationToken);
        if (result.IsDone && used is var (user, before))
        {
            await RecordAsync(user.ToString(), user, address, "password set by a reset link");
            await _ended.TidyAsync(before.Sessions.Select(session => session.Key));
        }

        return result;
    }

    /// <summary>Changes the actor's own profile, where the platform keeps it.</summary>
    public async Task<AdministrationResult<AdministeredUser>> ChangeProfileAsync(
        AdministrationActor actor, ProfileChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredUser>>(
            _store,
            async (transaction, token) =>
            {
                var now = _time.GetUtcNow();
                var found = await FindOwnAsync(transaction, actor, token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                var (key, state, _) = found.Value;
                if (!EntityTag.Holds(ifMatch, AdministeredUser.From(key, state, now).Tag))
                {
                    return AdministrationRefusal.Stale;
                }

                var (profile, bad) = UserRules.Read(state.Profile, change);
                if (profile is null)
                {
                    return bad!;
                }

                var next = state with { DisplayName = profile.DisplayName, Mail = profile.Mail };
                transaction.Set(StateNames.User, key.ToString(), next);
                return AdministeredUser.From(key, next, now);
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor.Name, result.Value.Key, actor.Address, "own profile changed");
        }

        return result;
    }

    /// <summary>Changes the actor's own password; asks for the present one. All their sessions and tokens are over, this one's too.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="present">The present password.</param>
    /// <param name="password">The new one.</param>
    /// <param name="from">Where from; wrong ones slow the next down.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<AdministeredUser>> ChangePasswordAsync(
        AdministrationActor actor, string present, string password, IPAddress from, CancellationToken cancellationToken)
    {
        if (_passwords.FindFault(password) is { } fault)
        {
            return AdministrationRefusal.Invalid("password", fault);
        }

        var own = await StateTransaction.RunAsync(_store, (transaction, token) => FindOwnAsync(transaction, actor, token), cancellationToken);
        if (!own.IsDone)
        {
            return own.Refusal;
        }

        if (await VerifyAsync(own.Value, present, from, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        var verified = own.Value.State.PasswordHash;
        var hash = await _passwords.HashAsync(password, cancellationToken);
        UserState? before = null;
        var result = await StateTransaction.RunAsync<AdministrationResult<AdministeredUser>>(
            _store,
            async (transaction, token) =>
            {
                var found = await FindOwnAsync(transaction, actor, token);
                if (!found.IsDone)
                {
                    return found.Refusal;
                }

                before = found.Value.State;
                if (before.PasswordHash != verified)
                {
                    return AdministrationRefusal.Conflict("changed-meanwhile", "Your password was changed meanwhile.");
                }

                var next = UserChanges.SetPassword(before, hash);
                transaction.Set(StateNames.User, found.Value.Key.ToString(), next);
                return AdministeredUser.From(found.Value.Key, next, _time.GetUtcNow());
            },
            cancellationToken);
        if (result.IsDone)
        {
            await RecordAsync(actor.Name, result.Value.Key, actor.Address, "own password changed");
            await _ended.TidyAsync(before!.Sessions.Select(session => session.Key));
        }

        return result;
    }

    /// <summary>Asks for the present password before something sensitive; null where it is right.</summary>
    public async Task<AdministrationRefusal?> ConfirmAsync(AdministrationActor actor, string present, IPAddress from, CancellationToken cancellationToken)
    {
        var own = await StateTransaction.RunAsync(_store, (transaction, token) => FindOwnAsync(transaction, actor, token), cancellationToken);
        return own.IsDone ? await VerifyAsync(own.Value, present, from, cancellationToken) : own.Refusal;
    }

    /// <summary>Whether the password is wrong, or nothing was checked since too many wrong ones came before.</summary>
    private async Task<AdministrationRefusal?> VerifyAsync(OwnRow own, string present, IPAddress from, CancellationToken cancellationToken)
    {
        // Apart from logins: whoever got hold of a session cannot lock its user out. The line break keeps it apart from names of users.
        var decision = await _throttle.BeginKnownAsync($"password\n{own.Key}", from, cancellationToken);
        if (decision.Ticket is not { } ticket)
        {
            return AdministrationRefusal.Conflict("too-many-attempts", "Too many wrong passwords. Wait a little.");
        }

        var right = false;
        try
        {
            right = own.State.PasswordHash is { } hash && await _passwords.VerifyAsync(present, hash, cancellationToken);
        }
        finally
        {
            await (right ? _throttle.SucceedAsync(ticket, CancellationToken.None) : _throttle.FailAsync(ticket, CancellationToken.None));
        }

        return right ? null : AdministrationRefusal.Invalid("presentPassword", "This is not your present password.");
    }

    private static async Task<AdministrationResult<OwnRow>> FindOwnAsync(StateTransaction transaction, AdministrationActor actor, CancellationToken cancellationToken)
    {
        if (actor.Subject is not { } key
            || await transaction.FindAsync<UserState>(StateNames.User, key.ToString(), cancellationToken) is not { Disabled: false } state)
        {
            return AdministrationRefusal.NoSuchUser;
        }

        return key.Directory == UserKey.Local && state.PasswordHash is not null
            ? new OwnRow(key, state, actor)
            : AdministrationRefusal.Conflict("other-directory", $"Your profile and password are kept by the directory '{key.Directory}'.");
    }

    private async Task<(UserKey Key, UserState State)?> FindByLinkAsync(StateTransaction transaction, string token, CancellationToken cancellationToken)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot is < 1 or > 64 || token.Length > 128 || token.AsSpan().ContainsAnyExceptInRange('!', '~') || token.AsSpan(0, dot).Contains(':'))
        {
            return null;
        }

        var key = new UserKey(UserKey.Local, token[..dot]);
        var now = _time.GetUtcNow();
        return await transaction.FindAsync<UserState>(StateNames.User, key.ToString(), cancellationToken) is { Disabled: false, ResetHash: { } hash } state
            && state.ResetEndsAt > now
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(HashOf(token)))
            && await MayStillBeMadeAsync(transaction, key, state.ResetBy, now, cancellationToken)
                ? (key, state)
                : null;
    }

    /// <summary>Whether who made a link could make it now: what they may no longer do, no link of theirs does for them.</summary>
    private static async Task<bool> MayStillBeMadeAsync(
        StateTransaction transaction, UserKey user, string? maker, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (maker is null)
        {
            return true;
        }

        var actor = AdministrationActor.Of(UserKey.Parse(maker), null, "platform");
        var authority = await Authority.ReadAsync(transaction, actor, now, cancellationToken);
        return await KnownUsers.IsActiveAsync(transaction, UserKey.Parse(maker), cancellationToken)
            && authority.AllowsAnywhere(Permission.ManageUsers)
            && !await AdministeredRow.HoldsMoreAsync(transaction, authority, user, now, cancellationToken);
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private ValueTask RecordAsync(string subject, UserKey user, string address, string detail) =>
        _audit.RecordAsync(new AuditEntry(AuditActions.ChangeUser, AuditEntry.Ok, subject, user.ToString(), address, detail), CancellationToken.None);

    /// <summary>The actor's own row.</summary>
    private sealed record OwnRow(UserKey Key, UserState State, AdministrationActor Actor);
}
