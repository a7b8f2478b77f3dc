using Microsoft.Extensions.Primitives;

namespace Platform.Api.Http.Wire;

/// <summary>Reads cookies. Browsers send several of a name where several paths set one; the framework's own collection keeps a single one.</summary>
internal static class CookieValues
{
    /// <summary>The first value of a name; null where there is none.</summary>
    public static string? Find(StringValues headers, string name)
    {
        var values = default(List<string>);
        Collect(headers, name, ref values);
        return values?[0];
    }

    /// <summary>Adds all values of a name, in their order.</summary>
    public static void Collect(StringValues headers, string name, ref List<string>? values)
    {
        foreach (var header in headers)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                // Blanks and tabs alone: trimmed of any white space of Unicode, a name that no browser holds to the prefix would become ours.
                var cookie = header.AsSpan()[range].Trim(" \t");
                if (cookie.Length > name.Length && cookie[name.Length] == '=' && cookie.StartsWith(name, StringComparison.Ordinal))
                {
                    (values ??= new List<string>(1)).Add(cookie[(name.Length + 1)..].ToString());
                }
            }
        }
    }
}
