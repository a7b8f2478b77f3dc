using System.Collections.Immutable;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Grants;

/// <inheritdoc cref="IUserGrantsGrain"/>
/// <remarks>The row stays; what ends by itself in it are the personal tokens, for which the sweeper is told the first end of one.</remarks>
[GrainType("oauth-grants")]
internal sealed class UserGrantsGrain(
    [PersistentState(StateNames.UserGrants, StateNames.Storage)] IPersistentState<UserGrantsState> stored,
    IActivityStore activity,
    TimeProvider time) : StatefulGrain<UserGrantsState>(StateNames.UserGrants, stored), IUserGrantsGrain
{
    private StateKey ActivityKey => new(StateNames.UserGrants, Key);

    public Task<UserGrantsSnapshot> FindAsync() => Task.FromResult(State.ToSnapshot());

    public async Task<GrantSnapshot> GiveAsync(ClientId client, ImmutableArray<string> oauthScopes, ScopePath? context)
    {
        var known = State.Find(client);
        if (known is not null && known.Covers(oauthScopes, context))
        {
            return known.ToSnapshot();
        }

        var grant = known ?? new GrantState { Client = client.Value, Epoch = State.LastEpoch + 1, GivenAt = time.GetUtcNow() };
        grant = oauthScopes.IsEmpty ? grant : grant.With(oauthScopes, context);
        await WriteAsync(State.With(grant));
        return grant.ToSnapshot();
    }

    public async Task<bool> WithdrawAsync(ClientId client)
    {
        if (State.Find(client) is null)
        {
            return false;
        }

        await WriteAsync(State.Without(client));
        return true;
    }

    public async Task<bool> AddPersonalTokenAsync(PersonalToken token, int limit)
    {
        if (State.PersonalTokens.Any(item => item.Key == token.Key.Value))
        {
            return true;
        }

        var now = time.GetUtcNow();
        var tokens = State.PersonalTokens.RemoveAll(item => item.EndsAt <= now);
        if (tokens.Length >= limit)
        {
            return false;
        }

        // The list is written last: a token that is not listed is not alive, so a crash before leaves nothing that counts.
        await GrainFactory.GetGrain<IPersonalTokenGrain>(token.Key.ToString()).StartAsync(UserKey.Parse(Key), token.EndsAt);
        tokens = tokens.Add(PersonalTokenEntryState.From(token));
        await NoteFirstEndAsync(tokens);
        await WriteAsync(State with { PersonalTokens = tokens });
        return true;
    }

    public async Task<bool> EndPersonalTokenAsync(string handle)
    {
        if (State.PersonalTokens.FirstOrDefault(item => item.Handle == handle) is not { } token)
        {
            return false;
        }

        await WriteAsync(State with { PersonalTokens = State.PersonalTokens.Remove(token) });
        await GrainFactory.GetGrain<IPersonalTokenGrain>(token.Key).EndAsync();
        return true;
    }

    public async Task SweepAsync(DateTimeOffset now)
    {
        var over = now.ToUnixTimeMilliseconds();
        var tokens = State.PersonalTokens.RemoveAll(item => item.EndsAt.ToUnixTimeMilliseconds() <= over);
        if (tokens.Length != State.PersonalTokens.Length)
        {
            await WriteAsync(State with { PersonalTokens = tokens });
        }

        await NoteFirstEndAsync(tokens);
    }

    private ValueTask NoteFirstEndAsync(ImmutableArray<PersonalTokenEntryState> tokens) => tokens.IsEmpty
        ? activity.EndAsync(ActivityKey, CancellationToken.None)
        : activity.StartAsync(ActivityKey, time.GetUtcNow(), tokens.Min(token => token.EndsAt), CancellationToken.None);
}
