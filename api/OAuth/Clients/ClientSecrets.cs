using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Users.Passwords;
using Platform.Grains.OAuth;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Clients;

/// <summary>What came of a secret.</summary>
internal abstract record SecretVerdict
{
    private SecretVerdict()
    {
    }

    /// <summary>It is the client's.</summary>
    internal sealed record Right : SecretVerdict;

    /// <summary>It is not.</summary>
    internal sealed record Wrong : SecretVerdict;

    /// <summary>Nothing was checked: too many wrong ones came before.</summary>
    internal sealed record Wait(TimeSpan RetryAfter) : SecretVerdict;
}

/// <summary>
/// Checks secrets of clients in constant time. One that the platform generated is compared by SHA-256; one that a person chose costs a
/// password hash the first time, and is then remembered in memory by a hash under a key of this process, so that it costs little
/// from then on. Every refusal costs a password hash and counts, whether the client exists or not; what is right and known never
/// waits, so that nobody locks a client out by guessing.
/// </summary>
internal sealed class ClientSecrets(PasswordHasher hasher, LoginThrottle throttle, TimeProvider time)
{
    private const int Capacity = 10_000;

    /// <summary>How long a secret waits for its turn, and how long between two looks.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(20), TurnPause = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte[]> _verified = new(StringComparer.Ordinal);

    /// <summary>Checks a secret.</summary>
    /// <param name="id">Who the client says it is; null where that can be no client.</param>
    /// <param name="kept">Its secrets as they are kept; none where there is no such client, or it does not authenticate so.</param>
    /// <param name="secret">What came.</param>
    /// <param name="address">Where from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<SecretVerdict> VerifyAsync(ClientId? id, ImmutableArray<ClientSecret> kept, string secret, IPAddress address, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var now = time.GetUtcNow();
        var live = kept.RemoveAll(one => one.EndsAt is { } end && end <= now);
        return IsKnown(live, bytes)
            ? ValueTask.FromResult<SecretVerdict>(new SecretVerdict.Right())
            : JudgeAsync(id, live, secret, bytes, address, cancellationToken);
    }

    private bool IsKnown(ImmutableArray<ClientSecret> kept, byte[] secret)
    {
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        var known = false;
        foreach (var one in kept)
        {
            if (one.Hashing == SecretHashing.Sha256)
            {
                SHA256.HashData(secret, presented);
                known |= one.Hash.Length == 64
                    && Convert.FromHexString(one.Hash, expected, out _, out var written) == System.Buffers.OperationStatus.Done
                    && written == expected.Length
                    && CryptographicOperations.FixedTimeEquals(presented, expected);
            }
            else if (_verified.TryGetValue(one.Hash, out var remembered))
            {
                HMACSHA256.HashData(_key, secret, presented);
                known |= CryptographicOperations.FixedTimeEquals(presented, remembered);
            }
        }

        return known;
    }

    private async ValueTask<SecretVerdict> JudgeAsync(
        ClientId? id, ImmutableArray<ClientSecret> kept, string secret, byte[] bytes, IPAddress address, CancellationToken cancellationToken)
    {
        // By client and address together: guesses from elsewhere make nobody wait. The line break keeps it apart from names of users.
        var began = time.GetTimestamp();
        var decision = await throttle.BeginKnownAsync($"client\n{id?.Value}", address, cancellationToken);
        while (decision.AwaitsOthers && time.GetElapsedTime(began) < LongestTurn)
        {
            // Those who come at once take turns, and what one of them proved is known to the others.
            await Task.Delay(TurnPause, time, cancellationToken);
            if (IsKnown(kept, bytes))
            {
                return new SecretVerdict.Right();
            }

            decision = await throttle.BeginKnownAsync($"client\n{id?.Value}", address, cancellationToken);
        }

        if (decision.Ticket is not { } ticket)
        {
            return new SecretVerdict.Wait(decision.RetryAfter);
        }

        var right = false;
        try
        {
            var hashes = kept.Where(one => one.Hashing == SecretHashing.Password).Select(one => one.Hash).ToArray();
            foreach (var hash in hashes)
            {
                if (await hasher.VerifyAsync(secret, hash, cancellationToken))
                {
                    right = true;
                    Remember(hash, bytes);
                    break;
                }
            }

            if (hashes.Length == 0)
            {
                await hasher.SpendAsync(secret, cancellationToken);
            }
        }
        catch (PasswordQueueFullException)
        {
            await throttle.WithdrawAsync(ticket, CancellationToken.None);
            return new SecretVerdict.Wait(TimeSpan.FromSeconds(1));
        }
        catch
        {
            await throttle.FailAsync(ticket, CancellationToken.None);
            throw;
        }

        await (right ? throttle.SucceedAsync(ticket, CancellationToken.None) : throttle.FailAsync(ticket, CancellationToken.None));
        return right ? new SecretVerdict.Right() : new SecretVerdict.Wrong();
    }

    private void Remember(string hash, byte[] secret)
    {
        if (_verified.Count >= Capacity)
        {
            _verified.Clear();
        }

        _verified[hash] = HMACSHA256.HashData(_key, secret);
    }
}
