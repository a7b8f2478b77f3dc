using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Logout;

/// <inheritdoc cref="ISessionClientsGrain"/>
/// <remarks>
/// Its activity row ends when something is next to be done: while the session lives, at its absolute end, when the list goes; after a
/// logout, at the next attempt to tell the clients.
/// </remarks>
[GrainType("session-clients")]
internal sealed class SessionClientsGrain(
    [PersistentState(StateNames.SessionClients, StateNames.Storage)] IPersistentState<SessionClientsState> stored,
    IActivityStore activity,
    TimeProvider time) : StatefulGrain<SessionClientsState>(StateNames.SessionClients, stored), ISessionClientsGrain
{
    /// <summary>The most clients that are remembered of one session.</summary>
    internal const int MaxClients = 100;

    /// <summary>How long after each attempt the next one is due; after the last nobody is told any more.</summary>
    private static readonly ImmutableArray<TimeSpan> Pauses =
        [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    private StateKey ActivityKey => new(StateNames.SessionClients, Key);

    public async Task AddAsync(ClientId client, LoginDescription login)
    {
        // After the logout nothing is given out any more; a request that lost that race lists nobody.
        if (State.DueAt is not null || State.Clients.Contains(client.Value) || State.Clients.Length >= MaxClients)
        {
            return;
        }

        if (!Exists)
        {
            // The activity row comes first: by it is found what a crash between the two writes leaves behind.
            await activity.StartAsync(ActivityKey, time.GetUtcNow(), login.EndsAt, CancellationToken.None);
        }

        await WriteAsync(State with { Handle = login.Handle, User = login.User.ToString(), EndsAt = login.EndsAt, Clients = State.Clients.Add(client.Value) });
    }

    public async Task<bool> LogOutAsync()
    {
        if (!Exists)
        {
            return false;
        }

        if (State.DueAt is null)
        {
            await WriteAsync(State with { DueAt = time.GetUtcNow() });
        }

        await activity.StartAsync(ActivityKey, time.GetUtcNow(), State.DueAt!.Value, CancellationToken.None);
        return true;
    }

    public async Task<LogoutNotice?> ClaimAsync()
    {
        var now = time.GetUtcNow();
        if (!Exists || (State.DueAt is null && State.EndsAt <= now) || State.Attempts >= Pauses.Length)
        {
            await ForgetAsync();
            return null;
        }

        if (State.DueAt is not { } due || due > now)
        {
            // The row said that something was due: an earlier call may have been cut off before it moved the row on.
            await activity.StartAsync(ActivityKey, now, State.DueAt ?? State.EndsAt, CancellationToken.None);
            return null;
        }

        var next = now + Pauses[State.Attempts];
        await WriteAsync(State with { DueAt = next, Attempts = State.Attempts + 1 });
        await activity.StartAsync(ActivityKey, now, next, CancellationToken.None);
        return new LogoutNotice(
            State.Handle, UserKey.Parse(State.User), [.. State.Clients.Select(client => new ClientId(client))], State.Attempts == Pauses.Length);
    }

    public async Task SettleAsync(ImmutableArray<ClientId> told)
    {
        if (!Exists)
        {
            return;
        }

        var left = State.Clients.RemoveAll(client => told.Contains(new ClientId(client)));
        if (left.IsEmpty)
        {
            await ForgetAsync();
        }
        else if (left.Length != State.Clients.Length)
        {
            await WriteAsync(State with { Clients = left });
        }
    }

    private async Task ForgetAsync()
    {
        if (Exists)
        {
            await DeleteRowAsync();
        }

        await activity.EndAsync(ActivityKey, CancellationToken.None);
    }
}
