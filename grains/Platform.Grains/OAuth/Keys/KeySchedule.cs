using System.Collections.Immutable;

namespace Platform.Grains.OAuth.Keys;

/// <summary>When which key of the ring is published, signs and goes. Every node reckons it from the same row.</summary>
internal sealed class KeySchedule(KeyRingOptions options)
{
    /// <summary>The algorithms that each have a key that signs.</summary>
    public static ImmutableArray<string> Algorithms { get; } = ["ES256", "RS256"];

    /// <summary>What a key is kept beyond the last token that it signed: the clocks of nodes differ, and so do those that verify.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>The key of an algorithm that signs; null where there is none. The very first one signs on nodes whose clocks are behind, too.</summary>
    public static SigningKeyState? FindSigning(KeyRingState ring, string algorithm, DateTimeOffset now) =>
        ring.Keys.LastOrDefault(key => key.Algorithm == algorithm && key.SignsFrom <= now)
        ?? ring.Keys.FirstOrDefault(key => key.Algorithm == algorithm);

    /// <summary>The keys that are to be made now: the algorithm of each, and from when on it signs.</summary>
    public IEnumerable<(string Algorithm, DateTimeOffset SignsFrom)> FindMissing(KeyRingState ring, DateTimeOffset now)
    {
        foreach (var algorithm in Algorithms)
        {
            if (ring.Keys.LastOrDefault(key => key.Algorithm == algorithm) is not { } newest)
            {
                // Nobody can have fetched it, and nobody holds a token that another one signed.
                yield return (algorithm, now);
            }
            else if (newest.SignsFrom + options.RotationInterval - options.PublishedBefore <= now)
            {
                // Late, after a long stop for instance: even then nothing is signed with a key before it was published for its time.
                var due = newest.SignsFrom + options.RotationInterval;
                var earliest = now + options.PublishedBefore;
                yield return (algorithm, due > earliest ? due : earliest);
            }
        }
    }

    /// <summary>The keys whose last token is over. One without a successor still signs, however late the successor is.</summary>
    public IEnumerable<SigningKeyState> FindOver(KeyRingState ring, DateTimeOffset now) =>
        ring.Keys.Where(key => FindSuccessor(ring, key) is not null && EndOf(ring, key) <= now);

    /// <summary>When the last token that a key signed, or will have signed, is over.</summary>
    public DateTimeOffset EndOf(KeyRingState ring, SigningKeyState key) =>
        (FindSuccessor(ring, key)?.SignsFrom ?? key.SignsFrom + options.RotationInterval) + options.LongestTokenLifetime + Margin;

    /// <summary>Whether there is something to do.</summary>
    public bool IsDue(KeyRingState ring, DateTimeOffset now) => FindMissing(ring, now).Any() || FindOver(ring, now).Any();

    private static SigningKeyState? FindSuccessor(KeyRingState ring, SigningKeyState key) =>
        ring.Keys.FirstOrDefault(other => other.Algorithm == key.Algorithm && other.SignsFrom > key.SignsFrom);
}
