using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Policies.Rules.Json;

/// <summary>An audience is one word, or an object that says who.</summary>
internal sealed class AudienceConverter : JsonConverter<PolicyAudience>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override PolicyAudience Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new PolicyAudience { Kind = Written.Read(PolicyTerms.Audiences, reader.GetString()!) }
            : JsonSerializer.Deserialize<AudienceDocument>(ref reader, options)?.ToAudience() ?? throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PolicyAudience value, JsonSerializerOptions options)
    {
        if (value.Kind == AudienceKind.Named)
        {
            JsonSerializer.Serialize(writer, AudienceDocument.Of(value), options);
        }
        else
        {
            writer.WriteStringValue(PolicyTerms.Write(PolicyTerms.Audiences, value.Kind));
        }
    }
}
