using System.Security.Cryptography;
using Platform.Storage;

namespace Platform.Grains.OAuth.Clients;

/// <summary>Changes of a client, the same whether its grain or an import makes them (invariant 2).</summary>
internal static class ClientChanges
{
    /// <summary>Epochs stay in the 53 bits that every reader of JSON keeps exactly.</summary>
    private const long MaxFirstEpoch = 1L << 48;

    /// <summary>
    /// A client that did not exist. Its epoch begins at random: a client that is deleted leaves no row, and tokens of one that had this
    /// id before must not come back to life.
    /// </summary>
    public static ClientState Make(ClientDefinition definition, ClientOrigin origin, DateTimeOffset now) => new()
    {
        Origin = origin,
        Epoch = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & (MaxFirstEpoch - 1),
        CreatedAt = now,
        Definition = ClientDefinitionState.From(definition),
    };

    /// <summary>Another definition; where it takes away what tokens rest on, they end.</summary>
    /// <param name="state">The client.</param>
    /// <param name="definition">What it is from now on.</param>
    /// <param name="now">The time (UTC): a secret that is over by then takes nothing away when it goes.</param>
    public static ClientState Redefine(ClientState state, ClientDefinition definition, DateTimeOffset now)
    {
        var next = ClientDefinitionState.From(definition);
        return state with { Definition = next, Epoch = TakesAway(state.Definition, next, now) ? state.Epoch + 1 : state.Epoch };
    }

    /// <summary>Refuses the client, which ends its tokens, or lets it in again.</summary>
    public static ClientState SetSuspended(ClientState state, bool suspended) => suspended
        ? state with { Suspended = true, Epoch = state.Epoch + 1 }
        : state with { Suspended = false };

    /// <summary>Whether both definitions say the same; records compare arrays by reference.</summary>
    public static bool Same(ClientDefinitionState one, ClientDefinitionState other) =>
        StateSerializer.Serialize(one).Span.SequenceEqual(StateSerializer.Serialize(other).Span);

    private static bool TakesAway(ClientDefinitionState before, ClientDefinitionState after, DateTimeOffset now) =>
        before.Authentication != after.Authentication
        || (before.Jwks is not null && before.Jwks != after.Jwks)
        || (before.JwksUri is not null && before.JwksUri != after.JwksUri)
        || (before.Legacy && !after.Legacy)
        || (before.Trusted && !after.Trusted)
        || before.Secrets.Where(secret => !(secret.EndsAt <= now)).Select(secret => secret.Hash).Except(after.Secrets.Select(secret => secret.Hash), StringComparer.Ordinal).Any()
        || before.RedirectUris.Except(after.RedirectUris, StringComparer.Ordinal).Any()
        || before.GrantTypes.Except(after.GrantTypes, StringComparer.Ordinal).Any()
        || before.OAuthScopes.Except(after.OAuthScopes, StringComparer.Ordinal).Any()
        || before.Audiences.Except(after.Audiences, StringComparer.Ordinal).Any();
}
