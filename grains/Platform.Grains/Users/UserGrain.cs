using System.Collections.Immutable;
using System.Security.Cryptography;
using Platform.Grains.Cluster;
using Platform.Grains.Sessions;

namespace Platform.Grains.Users;

/// <inheritdoc cref="IUserGrain"/>
[GrainType("user")]
internal sealed class UserGrain(
    [PersistentState(StateNames.User, StateNames.Storage)] IPersistentState<UserState> stored,
    TimeProvider time) : StatefulGrain<UserState>(StateNames.User, stored), IUserGrain
{
    private const int MaxKnownAddresses = 20;
    private const int MaxUserAgentLength = 256;

    /// <summary>Logins without a session come with each token request; only one an hour is worth a write.</summary>
    private static readonly TimeSpan LoginResolution = TimeSpan.FromHours(1);

    public Task<UserSnapshot?> FindAsync() => Task.FromResult(Exists ? State.ToSnapshot(UserKey.Parse(Key)) : null);

    public Task<LocalCredential?> FindCredentialAsync() => Task.FromResult(
        Exists && State.PasswordHash is { } hash ? new LocalCredential(hash, State.Profile, State.Disabled, State.Epoch) : null);

    public async Task<bool> UpgradePasswordHashAsync(string verifiedHash, string newHash)
    {
        if (!Exists || State.PasswordHash != verifiedHash)
        {
            return false;
        }

        await WriteAsync(State with { PasswordHash = newHash });
        return true;
    }

    public async Task<StartSessionResult> StartSessionAsync(StartSession command)
    {
        // What ended all sessions while the password was checked, a new password above all, ends this login too, and so does the user's removal (invariant 2).
        if (State.Disabled || (command.Epoch is { } verified && (!Exists || verified != State.Epoch)))
        {
            return new(null);
        }

        // A repeated call finds the session in the list and begins no second one.
        var entry = State.Sessions.FirstOrDefault(session => session.Key == command.Key.Value);
        if (entry is null)
        {
            entry = Describe(command, time.GetUtcNow());
            await WriteAsync(State with
            {
                UserName = command.Profile.UserName,
                DisplayName = command.Profile.DisplayName,
                Mail = command.Profile.Mail,
                Sessions = WithNewest(entry, command.Limit),
                KnownAddresses = WithKnown(command.Address),
                CreatedAt = Exists ? State.CreatedAt : entry.StartedAt,
                LastLoginAt = entry.StartedAt,
            });
        }

        // The list is written before the session: one that is not listed is not alive, so the oldest is over already.
        var user = UserKey.Parse(Key);
        await GrainFactory.GetGrain<ISessionGrain>(command.Key.ToString()).StartAsync(
            new SessionStart(user, State.Epoch, entry.Handle, entry.StartedAt, entry.EndsAt, command.IdleTimeout));
        return new(new SessionSnapshot(
            command.Key, entry.Handle, user, State.Epoch, null, 0, entry.StartedAt, entry.EndsAt, command.IdleTimeout));
    }

    public async Task ForgetSessionAsync(string handle)
    {
        var kept = State.Sessions.RemoveAll(session => session.Handle == handle);
        if (kept.Length != State.Sessions.Length)
        {
            await WriteAsync(State with { Sessions = kept });
        }
    }

    public async Task EndAllSessionsAsync()
    {
        if (Exists)
        {
            await WriteAsync(UserChanges.EndAll(State));
        }
    }

    public async Task<UserSnapshot?> AcceptLoginAsync(AcceptLogin command)
    {
        if (State.Disabled || (command.Epoch is { } verified && (!Exists || verified != State.Epoch)))
        {
            return null;
        }

        var profile = command.Profile;
        var isKnown = Exists && State.UserName == profile.UserName && State.DisplayName == profile.DisplayName && State.Mail == profile.Mail;
        var now = time.GetUtcNow();
        if (!isKnown || !State.KnownAddresses.Contains(command.Address) || !(State.LastLoginAt > now - LoginResolution))
        {
            await WriteAsync(State with
            {
                UserName = profile.UserName,
                DisplayName = profile.DisplayName,
                Mail = profile.Mail,
                KnownAddresses = WithKnown(command.Address),
                CreatedAt = Exists ? State.CreatedAt : now,
                LastLoginAt = now,
            });
        }

        return State.ToSnapshot(UserKey.Parse(Key));
    }

    private static UserSessionState Describe(StartSession command, DateTimeOffset now) => new()
    {
        Key = command.Key.Value,
        Handle = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
        StartedAt = now,
        EndsAt = now + command.Lifetime,
        Address = command.Address,
        UserAgent = command.UserAgent.Length > MaxUserAgentLength ? command.UserAgent[..MaxUserAgentLength] : command.UserAgent,
    };

    private ImmutableArray<UserSessionState> WithNewest(UserSessionState entry, int limit)
    {
        var alive = State.Sessions.RemoveAll(session => session.EndsAt <= entry.StartedAt);
        var surplus = Math.Max(0, alive.Length + 1 - limit);
        return alive.RemoveRange(0, Math.Min(surplus, alive.Length)).Add(entry);
    }

    private ImmutableArray<string> WithKnown(string address)
    {
        var others = State.KnownAddresses.Remove(address);
        return others.RemoveRange(0, Math.Max(0, others.Length + 1 - MaxKnownAddresses)).Add(address);
    }
}
