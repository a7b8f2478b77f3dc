using Microsoft.Extensions.Options;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Keys;

namespace Platform.Api.OAuth.Tokens;

/// <summary>How long a client's signed tokens live: as is set, and never longer than the key that signed them is kept to verify them.</summary>
internal sealed class TokenLifetimes(IOptions<OAuthOptions> options, IOptions<KeyRingOptions> keys)
{
    /// <summary>Its access tokens.</summary>
    public TimeSpan OfAccessTokens(ClientDefinition client) => Bounded(client.AccessTokenLifetime ?? options.Value.AccessTokenLifetime);

    /// <summary>Its ID tokens.</summary>
    public TimeSpan OfIdTokens(ClientDefinition client) => Bounded(client.IdTokenLifetime ?? options.Value.IdTokenLifetime);

    private TimeSpan Bounded(TimeSpan lifetime) => lifetime < keys.Value.LongestTokenLifetime ? lifetime : keys.Value.LongestTokenLifetime;
}
