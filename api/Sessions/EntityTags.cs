using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Platform.Api.Sessions;

/// <summary>Entity tags in conditional headers (RFC 9110 §8.8.3, §13.1).</summary>
/// <param name="Any">Whether it is <c>*</c>.</param>
/// <param name="Strong">The strong tags' opaque values, unquoted.</param>
/// <param name="All">All tags' opaque values, weak ones included.</param>
internal sealed record EntityTags(bool Any, ImmutableArray<string> Strong, ImmutableArray<string> All)
{
    /// <summary>A tag as headers carry it.</summary>
    public static string Quote(string tag) => $"\"{tag}\"";

    /// <summary>Reads a header; null where it is absent.</summary>
    /// <returns>False where it is malformed.</returns>
    public static bool TryParse(StringValues header, out EntityTags? tags)
    {
        tags = null;
        if (StringValues.IsNullOrEmpty(header))
        {
            return true;
        }

        if (!EntityTagHeaderValue.TryParseStrictList([.. header.OfType<string>()], out var parsed) || parsed.Count == 0)
        {
            return false;
        }

        var any = parsed.Any(tag => tag.Tag == "*");
        if (any && parsed.Count > 1)
        {
            return false;
        }

        tags = new EntityTags(any, Unquoted(parsed.Where(tag => !tag.IsWeak)), Unquoted(parsed));
        return true;
    }

    private static ImmutableArray<string> Unquoted(IEnumerable<EntityTagHeaderValue> tags) =>
        [.. tags.Where(tag => tag.Tag != "*").Select(tag => tag.Tag.Subsegment(1, tag.Tag.Length - 2).ToString())];
}
