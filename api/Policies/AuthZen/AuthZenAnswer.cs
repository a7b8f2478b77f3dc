using System.Text.Json;

namespace Platform.Api.Policies.AuthZen;

/// <summary>What an evaluation answers (AuthZEN 1.0 §6.2).</summary>
/// <param name="Decision">Whether it may be done.</param>
/// <param name="Rule">The rule that decided; null: none did.</param>
/// <param name="ForAdministrators">Why, for those who look after the rules.</param>
/// <param name="ForUsers">Why, for those who are refused.</param>
/// <param name="ErrorStatus">Of an evaluation among several that could not be made: the status that a single one would have had; null: it was made.</param>
internal sealed record AuthZenAnswer(bool Decision, string? Rule, string ForAdministrators, string ForUsers, int? ErrorStatus = null)
{
    /// <summary>A no that rests on no rule.</summary>
    public static AuthZenAnswer No(string why) => new(false, null, why, "You may not do this.");

    /// <summary>Writes it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("decision"u8, Decision);
        json.WriteStartObject("context"u8);
        if (Rule is not null)
        {
            json.WriteString("id"u8, Rule);
        }

        if (ErrorStatus is { } status)
        {
            json.WriteStartObject("error"u8);
            json.WriteNumber("status"u8, status);
            json.WriteString("message"u8, ForAdministrators);
            json.WriteEndObject();
        }

        WriteReason(json, "reason_admin", ForAdministrators);
        WriteReason(json, "reason_user", ForUsers);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteReason(Utf8JsonWriter json, string name, string reason)
    {
        json.WriteStartObject(name);
        json.WriteString("en"u8, reason);
        json.WriteEndObject();
    }
}
