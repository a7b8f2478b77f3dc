using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Api.OAuth.Authorize;

/// <summary>What the <c>claims</c> parameter says about the login itself (OpenID Connect Core §5.5); the rest is for whoever makes tokens.</summary>
/// <param name="Subject">The <c>sub</c> that the ID token has to have; null: any.</param>
/// <param name="EssentialAcrs">The <c>acr</c> values one of which is essential; null: none is.</param>
internal sealed record ClaimsParameter(string? Subject, ImmutableArray<string>? EssentialAcrs)
{
    private const int MaxLength = 4096;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads it; null where it is malformed.</summary>
    public static ClaimsParameter? Read(string text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether an <c>acr</c> is essential that is none of these.</summary>
    public bool NeedsAcrOtherThan(IReadOnlyList<string> known) => EssentialAcrs is { } essential && !essential.IsEmpty && !essential.Any(known.Contains);

    private static ClaimsParameter? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        string? subject = null;
        ImmutableArray<string>? acrs = null;
        foreach (var part in root.EnumerateObject())
        {
            if (part.Name is not ("id_token" or "userinfo"))
            {
                // Core §5.5: other members may be defined, and are ignored where they are not understood.
                continue;
            }

            if (part.Value.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            foreach (var claim in part.Value.EnumerateObject())
            {
                if (claim.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object))
                {
                    return null;
                }

                if (part.Name == "id_token" && claim.Value.ValueKind == JsonValueKind.Object)
                {
                    subject = claim.Name == "sub" ? TextOf(claim.Value, "value") ?? subject : subject;
                    acrs = claim.Name == "acr" ? EssentialValues(claim.Value) : acrs;
                }
            }
        }

        return new ClaimsParameter(subject, acrs);
    }

    private static ImmutableArray<string>? EssentialValues(JsonElement request)
    {
        if (!request.TryGetProperty("essential", out var essential) || essential.ValueKind != JsonValueKind.True)
        {
            return null;
        }

        var one = TextOf(request, "value");
        var many = request.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)
            : [];
        return one is null ? [.. many] : [.. many, one];
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
