using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Http.Outward;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <summary>The public keys of clients: those of their registration, or those at their <c>jwks_uri</c>, fetched and remembered for a while.</summary>
internal sealed class ClientKeys(OutwardFetch fetch, TimeProvider time)
{
    private const int Capacity = 1000;

    /// <summary>How long a fetched set is used, and how long it is used in any case before it is fetched again for a key that is not in it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10), AtLeast = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (long At, IReadOnlyList<JsonWebKey> Keys)> _fetched = new(StringComparer.Ordinal);

    /// <summary>The keys that may have signed.</summary>
    /// <param name="client">The client.</param>
    /// <param name="keyId">The <c>kid</c>; empty: none was named.</param>
    /// <param name="algorithm">The algorithm, which a key may be bound to.</param>
    /// <param name="fresh">Whether a remembered set is too old for this.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IReadOnlyList<SecurityKey>> FindAsync(
        ClientDefinition client, string? keyId, string algorithm, bool fresh, CancellationToken cancellationToken)
    {
        var keys = client.JwksUri is { } address ? await FetchAsync(address, fresh, cancellationToken) : fresh ? [] : Parse(client.Jwks);
        return [.. keys.Where(key => IsUsable(key, keyId, algorithm))];
    }

    /// <summary>The keys of a JWK set (RFC 7517); none where it is none.</summary>
    public static IReadOnlyList<JsonWebKey> Parse(string? set)
    {
        if (string.IsNullOrEmpty(set))
        {
            return [];
        }

        try
        {
            return [.. new JsonWebKeySet(set).Keys.Select(Whole)];
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            return [];
        }
    }

    /// <summary>Whether a key is a public one that signatures can be checked with.</summary>
    public static bool IsPublic(JsonWebKey key) => key.Kty is "RSA" or "EC" && !key.HasPrivateKey;

    /// <summary>
    /// Coordinates have all octets of their curve (RFC 7518 §6.2.1.2). Authlib leaves out leading zeros, in about one key of 128; the point is the same.
    /// </summary>
    private static JsonWebKey Whole(JsonWebKey key)
    {
        if (key.Kty == "EC" && key.Crv switch { "P-256" => 32, "P-384" => 48, "P-521" => 66, _ => 0 } is > 0 and var length)
        {
            key.X = Padded(key.X, length);
            key.Y = Padded(key.Y, length);
        }

        return key;

        static string? Padded(string? coordinate, int length)
        {
            if (coordinate is null || !Base64Url.IsValid(coordinate, out var octets) || octets >= length)
            {
                return coordinate;
            }

            var whole = new byte[length];
            Base64Url.DecodeFromChars(coordinate, whole.AsSpan(length - octets));
            return Base64Url.EncodeToString(whole);
        }
    }

    private static bool IsUsable(JsonWebKey key, string? keyId, string algorithm) =>
        IsPublic(key)
        && key.Use is null or "" or "sig"
        && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
        && (string.IsNullOrEmpty(keyId) || key.Kid == keyId);

    private async ValueTask<IReadOnlyList<JsonWebKey>> FetchAsync(string address, bool fresh, CancellationToken cancellationToken)
    {
        if (_fetched.TryGetValue(address, out var known) && time.GetElapsedTime(known.At) < (fresh ? AtLeast : Kept))
        {
            return known.Keys;
        }

        // What could not be fetched is remembered too, so that requests do not wait for a dead server one after another.
        var body = await fetch.GetAsync(address, cancellationToken);
        var keys = body is null ? known.Keys ?? [] : Parse(Encoding.UTF8.GetString(body));
        if (_fetched.Count >= Capacity)
        {
            _fetched.Clear();
        }

        _fetched[address] = (time.GetTimestamp(), keys);
        return keys;
    }
}
