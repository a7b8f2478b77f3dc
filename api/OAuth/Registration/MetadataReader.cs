using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Api.OAuth.Registration;

/// <summary>Reads members of a registration and notes all that is wrong with them, so that the client hears it at once.</summary>
/// <param name="body">The registration.</param>
internal sealed class MetadataReader(JsonElement body)
{
    private const int MaxText = 2000;
    private const int MaxTexts = 50;

    /// <summary>What is wrong, in words that quote nothing.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What is wrong with redirect URIs, which has an error of its own (RFC 7591 §3.2.2).</summary>
    public List<string> RedirectFaults { get; } = [];

    /// <summary>Whether the member is there, and not null.</summary>
    public bool Has(string name) => body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text; null where it is not there.</summary>
    public string? Text(string name, int maxLength = MaxText)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = body.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length <= maxLength && !text.Any(char.IsControl))
        {
            return text;
        }

        Faults.Add($"{name} is no text of at most {maxLength} characters");
        return null;
    }

    /// <summary>A list of texts; null where it is not there.</summary>
    public ImmutableArray<string>? Texts(string name, List<string>? faults = null)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = body.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() <= MaxTexts
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Length <= MaxText))
        {
            return [.. value.EnumerateArray().Select(item => item.GetString()!).Distinct()];
        }

        (faults ?? Faults).Add($"{name} is no list of at most {MaxTexts} texts");
        return null;
    }

    /// <summary>Yes or no.</summary>
    public bool Flag(string name, bool otherwise)
    {
        if (!Has(name))
        {
            return otherwise;
        }

        var value = body.GetProperty(name);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Faults.Add($"{name} is neither true nor false");
        return otherwise;
    }

    /// <summary>A number of seconds; null where it is not there.</summary>
    public TimeSpan? Seconds(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = body.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds >= 0)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Faults.Add($"{name} is no number of seconds");
        return null;
    }

    /// <summary>An address that people are shown; null where it is not there.</summary>
    public string? WebAddress(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0)
        {
            return text;
        }

        Faults.Add($"{name} is no web address");
        return null;
    }

    /// <summary>One of several words.</summary>
    public string OneOf(string name, string otherwise, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (words.Contains(text))
        {
            return text;
        }

        Faults.Add($"{name} is not one that the platform knows");
        return otherwise;
    }

    /// <summary>A JSON object as a text; null where it is not there.</summary>
    public string? Object(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = body.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.GetRawText();
        }

        Faults.Add($"{name} is no JSON object");
        return null;
    }

    /// <summary>The error that names all faults; null where there is none.</summary>
    public OAuthError? ToError() => (RedirectFaults.Count, Faults.Count) switch
    {
        (0, 0) => null,
        (_, 0) => new OAuthError("invalid_redirect_uri", Describe(RedirectFaults)),
        _ => new OAuthError("invalid_client_metadata", Describe([.. Faults, .. RedirectFaults])),
    };

    private static string Describe(IEnumerable<string> faults) => string.Join("; ", faults) + ".";
}
