using System.Security.Cryptography;
using Platform.Storage;

namespace Platform.Grains.Administration;

/// <summary>Entity tags of what is administered (RFC 9110 §8.8.3): a hash of what it says, so that it needs no counter in any row.</summary>
internal static class EntityTag
{
    private const int Bytes = 12;

    /// <summary>The tag of a value that state could hold.</summary>
    public static string Of<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(StateSerializer.Serialize(value).Span)[..Bytes]);

    /// <summary>Whether a change may be made: it has no condition, or the tag is the one that it rests on.</summary>
    /// <param name="ifMatch">The tags that the change rests on, <c>*</c> for any; null: no condition.</param>
    /// <param name="tag">The tag now.</param>
    public static bool Holds(IReadOnlyCollection<string>? ifMatch, string tag) => ifMatch is null || ifMatch.Contains("*") || ifMatch.Contains(tag);
}
