namespace Platform.Api.Http.Pages.Components;

/// <summary>The query of a list's page: what it is filtered by, and where its page begins.</summary>
/// <param name="values">The parameters.</param>
public sealed class PageQuery(IReadOnlyDictionary<string, string> values)
{
    /// <summary>A parameter that is not empty; null: it is not given.</summary>
    public string? Find(string name) => values.GetValueOrDefault(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>The same list with some parameters changed; null takes one away.</summary>
    public string To(string local, params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            // What was just done is said once.
            if (name != PageFlash.Parameter)
            {
                result[name] = value;
            }
        }

        foreach (var (name, value) in changes)
        {
            result.Remove(name);
            if (value is not null)
            {
                result[name] = value;
            }
        }

        var query = string.Join('&', result.Where(pair => pair.Value.Length > 0).Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return query.Length == 0 ? local : $"{local}?{query}";
    }
}
