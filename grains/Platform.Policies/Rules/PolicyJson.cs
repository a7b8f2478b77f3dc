using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Policies.Rules.Json;

namespace Platform.Policies.Rules;

/// <summary>The one JSON form of a policy set: what is stored, and what <c>GET /policies/{service}</c> answers. Defaults are left out.</summary>
public static class PolicyJson
{
    // What this version does not know is refused: a rule without the condition that a newer one gave it would let too much through.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new AudienceConverter() },
    };

    /// <summary>Writes a set.</summary>
    public static string Write(PolicySet set) => JsonSerializer.Serialize(PolicySetDocument.Of(set), Options);

    /// <summary>Reads what <see cref="Write"/> wrote, of this version or an older one.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PolicySet Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<PolicySetDocument>(json, Options)?.ToSet() ?? throw new FormatException("a policy set is an object");
        }
        catch (JsonException exception)
        {
            throw new FormatException("not a policy set", exception);
        }
    }
}
