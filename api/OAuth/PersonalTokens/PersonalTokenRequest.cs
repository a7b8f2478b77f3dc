using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Http.Wire;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.PersonalTokens;

/// <summary>What a user says of a personal token that is to be made.</summary>
/// <param name="Name">What they call it.</param>
/// <param name="Context">The scope that it is for.</param>
/// <param name="Lifetime">How long it is to live; null: as long as it may.</param>
internal sealed record PersonalTokenRequest(string Name, ScopePath Context, TimeSpan? Lifetime)
{
    private const int MaxName = 100;

    /// <summary>Reads a body: a JSON object or a form of <c>name</c>, <c>context</c> and <c>lifetime</c> (seconds).</summary>
    public static async ValueTask<(PersonalTokenRequest? Request, Problem? Refusal)> ReadAsync(HttpContext context)
    {
        string? name, path, lifetime;
        if (context.Request.HasJsonContentType())
        {
            if (await JsonBody.ReadAsync(context) is not { } body)
            {
                return (null, new Problem(PersonalTokenErrors.Malformed, "The body is no JSON object."));
            }

            (name, path, lifetime) = (Text(body, "name"), Text(body, "context"), Text(body, "lifetime"));
        }
        else
        {
            var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
            if (refusal is not null)
            {
                return (null, refusal);
            }

            (name, path, lifetime) = (form.Find("name"), form.Find("context"), form.Find("lifetime"));
        }

        return Check(name, path, lifetime);
    }

    private static (PersonalTokenRequest? Request, Problem? Refusal) Check(string? name, string? path, string? lifetime)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > MaxName || trimmed.Any(char.IsControl))
        {
            return (null, new Problem(PersonalTokenErrors.Malformed, $"A name has 1 to {MaxName} characters.", "name"));
        }

        if (!ScopePath.TryParse(path, out var scope))
        {
            return (null, new Problem(PersonalTokenErrors.Malformed, ScopePath.Grammar, "context"));
        }

        if (string.IsNullOrEmpty(lifetime))
        {
            return (new PersonalTokenRequest(trimmed, scope, null), null);
        }

        return int.TryParse(lifetime, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? (new PersonalTokenRequest(trimmed, scope, TimeSpan.FromSeconds(seconds)), null)
            : (null, new Problem(PersonalTokenErrors.Malformed, "A lifetime is a number of seconds.", "lifetime"));
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Null => null,
            _ => "(other)",
        }
        : null;
}
