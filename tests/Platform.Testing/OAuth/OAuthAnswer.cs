using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Platform.Testing.OAuth;

/// <summary>What an OAuth endpoint answered.</summary>
public sealed record OAuthAnswer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, MediaTypeHeaderValue? Type)
{
    /// <summary>The document; undefined where there is none.</summary>
    public JsonElement Json { get; } = Parse(Text);

    /// <summary>The <c>error</c>; null: there is none.</summary>
    public string? Error => Find("error");

    /// <summary>A member that is a string; null: there is none.</summary>
    public string? Find(string name) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A member that has to be there.</summary>
    public string this[string name] => Find(name) ?? throw new InvalidOperationException($"No '{name}' in {this}");

    /// <summary>Whether introspection calls the token active.</summary>
    public bool IsActive => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("active", out var active) && active.GetBoolean();

    /// <summary>Whether it is a success.</summary>
    public bool IsGranted => (int)Status is >= 200 and < 300;

    /// <summary>This answer, which has to be a success.</summary>
    public OAuthAnswer Granted() => IsGranted ? this : throw new InvalidOperationException($"Refused: {this}");

    /// <inheritdoc/>
    public override string ToString() => $"{(int)Status} {Headers.WwwAuthenticate} {Text}";

    private static JsonElement Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
