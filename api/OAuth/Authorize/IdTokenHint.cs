using System.Text.Json;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize;

/// <summary>Reads the claims of an ID token that comes back as a hint.</summary>
internal static class IdTokenHint
{
    /// <summary>Whether the token is of this issuer and for this client.</summary>
    public static bool IsFor(IReadOnlyDictionary<string, object> claims, string issuer, ClientId client) =>
        Text(claims, "iss") == issuer && Audiences(claims).Contains(client.Value);

    /// <summary>The clients that the token is for.</summary>
    public static IEnumerable<string> Audiences(IReadOnlyDictionary<string, object> claims) => claims.GetValueOrDefault("aud") switch
    {
        string one => [one],
        JsonElement { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        JsonElement { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!),
        IEnumerable<object> many => many.OfType<string>(),
        _ => [],
    };

    /// <summary>A claim that is text; null otherwise.</summary>
    public static string? Text(IReadOnlyDictionary<string, object> claims, string name) => claims.GetValueOrDefault(name) switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => null,
    };
}
