using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Keys;

/// <summary>The ring of signing keys, ready to sign and verify. Keys are taken apart once, not at each token.</summary>
internal sealed class SigningKeys(IKeyRing ring)
{
    private RingKeys? _last;

    /// <summary>The ring as it is now.</summary>
    public async ValueTask<RingKeys> ReadAsync(CancellationToken cancellationToken)
    {
        var snapshot = await ring.ReadAsync(cancellationToken);
        var last = _last;
        if (last is not null && ReferenceEquals(last.Ring, snapshot))
        {
            return last;
        }

        var keys = new RingKeys(snapshot, last);
        _last = keys;
        return keys;
    }
}

/// <summary>The ring of one instant, with its keys ready for use.</summary>
internal sealed class RingKeys
{
    private readonly FrozenDictionary<string, SecurityKey> _keys;
    private readonly FrozenDictionary<string, SigningCredentials> _signing;

    /// <summary>Takes a ring apart; what the one before held already is taken from there.</summary>
    public RingKeys(KeyRingSnapshot ring, RingKeys? before)
    {
        Ring = ring;
        _keys = ring.Keys.ToFrozenDictionary(key => key.Id, key => before?.Find(key.Id) ?? Import(key), StringComparer.Ordinal);
        _signing = ring.Keys
            .Where(key => key.Signs)
            .DistinctBy(key => key.Algorithm)
            .ToFrozenDictionary(key => key.Algorithm, key => new SigningCredentials(_keys[key.Id], key.Algorithm), StringComparer.Ordinal);
    }

    /// <summary>What the database says.</summary>
    public KeyRingSnapshot Ring { get; }

    /// <summary>What signs now.</summary>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    public SigningCredentials Signing(string algorithm) => _signing[algorithm];

    /// <summary>A published key; null where there is none of this id.</summary>
    public SecurityKey? Find(string? keyId) => keyId is null ? null : _keys.GetValueOrDefault(keyId);

    private static SecurityKey Import(SigningKey key)
    {
        if (key.Algorithm == SecurityAlgorithms.EcdsaSha256)
        {
            var curve = ECDsa.Create();
            curve.ImportPkcs8PrivateKey(key.PrivateKey.Span, out _);
            return new ECDsaSecurityKey(curve) { KeyId = key.Id };
        }

        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(key.PrivateKey.Span, out _);
        return new RsaSecurityKey(rsa) { KeyId = key.Id };
    }
}
