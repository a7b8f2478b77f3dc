using System.Globalization;
using Dapper;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>What the rows of a list have in common, as SQL that SQLite and PostgreSQL both take; every value is a parameter.</summary>
internal sealed class ListConditions
{
    // Above any other character: what begins with a prefix lies between it and the prefix with this behind it.
    private const string Last = "\U0010FFFF";

    private readonly List<string> _all = [];
    private int _bound;

    /// <summary>The values.</summary>
    public DynamicParameters Parameters { get; } = new();

    /// <summary>The conditions, joined.</summary>
    public string Sql => _all.Count == 0 ? "1 = 1" : string.Join(" and ", _all);

    /// <summary>Adds a value and returns the name that stands for it.</summary>
    public string Bind(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@v{_bound++}");
        Parameters.Add(name, value is string text ? Storable(text) : value);
        return name;
    }

    /// <summary>Adds a condition.</summary>
    public void Add(string condition) => _all.Add(condition);

    /// <summary>A column has a value.</summary>
    public void AddEqual(string column, object? value)
    {
        if (value is not null)
        {
            Add($"{column} = {Bind(value)}");
        }
    }

    /// <summary>A column of search text holds a text somewhere; blank: any.</summary>
    public void AddText(string column, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            Add(Holds(column, text));
        }
    }

    /// <summary>The condition that <see cref="AddText"/> adds, for a query within the query.</summary>
    public string Holds(string column, string text)
    {
        var escaped = SearchText.Of(text.Trim())
            .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
        return $"{column} like {Bind($"%{escaped}%")} escape '\\'";
    }

    /// <summary>A column begins with a prefix.</summary>
    public void AddPrefix(string column, string? prefix)
    {
        if (!string.IsNullOrEmpty(prefix))
        {
            Add($"({column} >= {Bind(prefix)} and {column} < {Bind(prefix + Last)})");
        }
    }

    /// <summary>A column holds one of these scopes; null: any.</summary>
    public void AddScopes(string column, ScopeSelection? scopes)
    {
        if (scopes is not null)
        {
            Add(Within(column, scopes));
        }
    }

    /// <summary>The condition that <see cref="AddScopes"/> adds, for a query within the query.</summary>
    public string Within(string column, ScopeSelection scopes)
    {
        var names = new List<string>();
        var terms = new List<string>();
        foreach (var scope in scopes.Subtrees.Distinct())
        {
            // What lies below begins with the path and a slash; '0' is the character after the slash.
            names.Add(Bind(scope.Value));
            terms.Add($"({column} > {Bind(scope.Value + "/")} and {column} < {Bind(scope.Value + "0")})");
        }

        names.AddRange(scopes.Exact.Distinct().Select(scope => Bind(scope.Value)));
        if (names.Count == 0)
        {
            return "1 = 0";
        }

        terms.Add($"{column} in ({string.Join(", ", names)})");
        return Any(terms);
    }

    // Halved, so that the expression stays shallow however many there are.
    private static string Any(List<string> terms) =>
        terms.Count == 1 ? terms[0] : $"({Any(terms[..(terms.Count / 2)])} or {Any(terms[(terms.Count / 2)..])})";

    /// <summary>No database takes a zero character or half a surrogate pair; no row holds one either.</summary>
    private static string Storable(string text)
    {
        var isStorable = true;
        foreach (var rune in text.EnumerateRunes())
        {
            isStorable &= rune.Value is not (0 or 0xFFFD);
        }

        return isStorable ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));
    }
}
