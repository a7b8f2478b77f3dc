using Platform.Api.Http;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Http;

/// <summary>Values of a query: what is not one is a 400 that names the parameter.</summary>
internal static class QueryValues
{
    /// <summary>One of the names of an enumeration, in camelCase as the JSON writes them; null where it is not given.</summary>
    public static Problem? Read<T>(AdministrationRequest request, string name, out T? value)
        where T : struct, Enum
    {
        value = null;
        if (request.Query.Find(name) is not { } text)
        {
            return null;
        }

        foreach (var one in Enum.GetValues<T>())
        {
            if (one.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                value = one;
                return null;
            }
        }

        return Malformed(name, $"It is one of {string.Join(", ", Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName))}.");
    }

    /// <summary>A scope, as a path or with its names joined by <c>~</c>; null where it is not given.</summary>
    public static Problem? Read(AdministrationRequest request, string name, out ScopePath? value)
    {
        value = null;
        if (request.Query.Find(name) is not { } text)
        {
            return null;
        }

        if (!ScopePath.TryParse(text, out var path) && !ScopePath.TryParseSegment(text, out path))
        {
            return Malformed(name, ScopePath.Grammar);
        }

        value = path;
        return null;
    }

    /// <summary><c>true</c> or <c>false</c>; null where it is not given.</summary>
    public static Problem? Read(AdministrationRequest request, string name, out bool? value)
    {
        value = request.Query.Find(name) switch { "true" => true, "false" => false, _ => null };
        return value is null && request.Query.Find(name) is not null ? Malformed(name, "It is true or false.") : null;
    }

    private static Problem Malformed(string name, string message) => new(HttpErrors.MalformedRequest, message, $"query parameter {name}");
}
