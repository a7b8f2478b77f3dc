using System.Collections.Frozen;
using System.Text.Json;

namespace Platform.Api.OAuth.Tokens;

/// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5): which claims a client asked for by name, and where it wants them.</summary>
/// <param name="IdToken">In the ID token.</param>
/// <param name="UserInfo">From userinfo.</param>
internal sealed record ClaimsRequest(FrozenSet<string> IdToken, FrozenSet<string> UserInfo)
{
    /// <summary>Nothing was asked for.</summary>
    public static ClaimsRequest None { get; } = new([], []);

    /// <summary>Reads the parameter; null where it is no JSON object of objects. Members that are not known are passed over.</summary>
    public static ClaimsRequest? TryParse(string? json)
    {
        if (string.IsNullOrEmpty(json))
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Names(root, "id_token") is { } idToken && Names(root, "userinfo") is { } userInfo
                ? new ClaimsRequest(idToken, userInfo)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Each name with null, or an object of <c>essential</c>, <c>value</c>, <c>values</c>; null where it is neither.</summary>
    private static FrozenSet<string>? Names(JsonElement root, string place)
    {
        if (!root.TryGetProperty(place, out var claims) || claims.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return claims.ValueKind == JsonValueKind.Object
            && claims.EnumerateObject().All(claim => claim.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Object)
            ? claims.EnumerateObject().Select(claim => claim.Name).ToFrozenSet(StringComparer.Ordinal)
            : null;
    }
}
