using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.OAuth.Keys;
using Platform.Api.Users;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;

namespace Platform.Api.OAuth.Tokens;

/// <summary>An access token that is ours, in its time, and whose grounds all hold.</summary>
/// <param name="Token">What it says.</param>
/// <param name="Live">What it hangs on, at one instant after the request arrived.</param>
internal sealed record LiveAccessToken(AccessToken Token, LiveToken Live);

/// <summary>
/// Makes and reads access tokens. Whether one was signed by the platform never changes, so that it is remembered by the token's hash;
/// whether it still counts is asked of the database each time (invariant 2).
/// </summary>
internal sealed class AccessTokens(
    JwtSigner signer, Issuer issuer, IOAuthCheck check, IDirectoryRecheck directories, SessionActivity activity, TimeProvider time)
{
    /// <summary>Verified tokens in each of two generations; the older goes when the younger is full.</summary>
    private const int Generation = 20_000;

    private ConcurrentDictionary<UInt128, AccessToken> _young = new();
    private ConcurrentDictionary<UInt128, AccessToken> _old = new();

    /// <summary>Signs a token.</summary>
    public ValueTask<string> SignAsync(AccessToken token, ClientDefinition client, CancellationToken cancellationToken) =>
        signer.SignAsync(client.SigningAlgorithm, JwtSigner.AccessTokenType, AccessToken.Write, (token, issuer.Value), cancellationToken);

    /// <summary>What a token says, where the platform signed it and its time has not passed; what it hangs on is not asked.</summary>
    public async ValueTask<AccessToken?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > JwtSigner.MaxLength)
        {
            return null;
        }

        var key = KeyOf(text);
        if (!_young.TryGetValue(key, out var token))
        {
            if (!_old.TryGetValue(key, out token))
            {
                token = await signer.VerifyAsync(text, JwtSigner.AccessTokenType, cancellationToken) is { } payload ? AccessToken.TryRead(payload) : null;
            }

            if (token is not null)
            {
                Remember(key, token);
            }
        }

        return token is not null && token.EndsAt > time.GetUtcNow() ? token : null;
    }

    /// <summary>
    /// The token where all that it hangs on holds now; null otherwise. Its use counts as use of its session, and its user's directory is asked
    /// as for a session.
    /// </summary>
    /// <param name="text">The token as it came.</param>
    /// <param name="policies">What is asked of the policies at the same instant; null: nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<LiveAccessToken?> FindLiveAsync(string text, PolicyQuestion? policies, CancellationToken cancellationToken) =>
        await ReadAsync(text, cancellationToken) is { } token && await FindLiveAsync(token.Grounds, policies, cancellationToken) is { } live
            ? new LiveAccessToken(token, live)
            : null;

    /// <summary>The same, for what a token hangs on.</summary>
    public async ValueTask<LiveToken?> FindLiveAsync(TokenGrounds grounds, PolicyQuestion? policies, CancellationToken cancellationToken)
    {
        if (await check.FindLiveAsync(grounds, policies, cancellationToken) is not { } live)
        {
            return null;
        }

        if (live.User is { } user)
        {
            var confirmation = directories.ConfirmAsync(user.Key, cancellationToken);
            var asked = !confirmation.IsCompleted;
            if (!await confirmation)
            {
                return null;
            }

            if (asked)
            {
                // The directory may have taken away what the token was found with: the yes rests on what holds since (invariant 2).
                if (await check.FindLiveAsync(grounds, policies, cancellationToken) is not { } still)
                {
                    return null;
                }

                live = still;
            }
        }

        if (live.Session is { } session)
        {
            await activity.TouchAsync(session, cancellationToken);
        }

        return live;
    }

    private void Remember(UInt128 key, AccessToken token)
    {
        if (_young.Count >= Generation)
        {
            _old = _young;
            _young = new ConcurrentDictionary<UInt128, AccessToken>();
        }

        _young[key] = token;
    }

    /// <summary>Half of a SHA-256: nobody finds another text with the same 128 bits as one that was signed.</summary>
    private static UInt128 KeyOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var bytes = System.Buffers.ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), hash);
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }
}
