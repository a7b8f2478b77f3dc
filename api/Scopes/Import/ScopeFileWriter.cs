using System.Text;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>
/// Writes a file that imports to what was exported. Every attribute is written, also where it has its default, so that the file
/// brings a scope or membership back to this state from any other.
/// </summary>
internal static class ScopeFileWriter
{
    /// <summary>Writes the file in UTF-8 without a byte-order mark.</summary>
    /// <param name="export">What to write.</param>
    /// <param name="format">The format.</param>
    /// <param name="voms">Whether memberships are written as VOMS names.</param>
    internal static string Write(ScopeExport export, ScopeFileFormat format, bool voms)
    {
        var layout = format == ScopeFileFormat.Json ? FileLayout.Json : FileLayout.Yaml;
        var text = new StringBuilder(layout.Open);
        WriteList(text, layout, "scopes", [.. export.Scopes.Select(Describe)]);
        text.Append(layout.BetweenLists);
        WriteList(text, layout, "memberships", [.. export.Memberships.Select(membership => voms ? DescribeAsVoms(membership) : Describe(membership))]);
        return text.Append(layout.Close).ToString();
    }

    private static (string Key, string Value)[] Describe(ScopeSnapshot scope) =>
    [
        ("scope", Quote(scope.Path.Value)),
        ("name", Quote(scope.Path.Name)),
        ("type", Quote(ScopeFileTerms.TypeOf(scope.Path.Kind))),
        ("parent", Quote(scope.Path.Parent?.Value)),
        ("description", Quote(scope.Description)),
        ("displayName", Quote(scope.DisplayName == scope.Path.Name ? null : scope.DisplayName)),
        ("visibility", Quote(ScopeFileTerms.VisibilityOf(scope.Visibility))),
        ("anonymous", QuoteAll(scope.AnonymousOperations)),
        ("suspended", scope.Suspended ? "true" : "false"),
        ("endsAt", Quote(scope.EndsAt)),
    ];

    private static (string Key, string Value)[] Describe(ExportedMembership membership) =>
    [
        ("user", Quote(membership.User)),
        ("scope", Quote(membership.Membership.Scope.Value)),
        ("roles", QuoteAll(membership.Membership.Roles)),
        ("until", Quote(membership.Membership.Until)),
    ];

    private static (string Key, string Value)[] DescribeAsVoms(ExportedMembership membership)
    {
        var (scope, roles, until, _) = membership.Membership;
        IEnumerable<string?> named = roles.IsEmpty ? [(string?)null] : roles.Cast<string?>();
        return
        [
            ("user", Quote(membership.User)),
            ("voms", QuoteAll(named.Select(role => new VomsName(scope, role).ToString()))),
            ("until", Quote(until)),
        ];
    }

    private static void WriteList(StringBuilder text, FileLayout layout, string key, IReadOnlyList<(string Key, string Value)[]> entries)
    {
        text.Append(layout.Key(key));
        if (entries.Count == 0)
        {
            text.Append(" []");
            return;
        }

        text.Append(layout.OpenList);
        for (var i = 0; i < entries.Count; i++)
        {
            text.Append(i == 0 ? "" : layout.BetweenEntries).Append(layout.OpenEntry);
            for (var j = 0; j < entries[i].Length; j++)
            {
                text.Append(j == 0 ? "" : layout.BetweenMembers).Append(layout.Member(entries[i][j].Key)).Append(' ').Append(entries[i][j].Value);
            }

            text.Append(layout.CloseEntry);
        }

        text.Append(layout.CloseList);
    }

    private static string QuoteAll(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";

    private static string Quote(DateTimeOffset? time) => Quote(time is { } at ? ImportTime.Write(at) : null);

    /// <summary>Text in double quotes with the escapes that JSON and YAML share, whatever is in it.</summary>
    private static string Quote(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),

                // Line breaks to one of the formats, or invisible: a file shows what it says.
                < ' ' or (>= '\u007F' and <= '\u00A0') or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFD' => quoted.Append($"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>What stands between the values.</summary>
    private sealed record FileLayout(
        string Open, string Close, string BetweenLists, string OpenList, string CloseList, string OpenEntry, string CloseEntry, string BetweenEntries, string BetweenMembers, bool QuotedKeys)
    {
        internal static FileLayout Json { get; } = new("{\n", "\n}\n", ",\n", " [\n", "\n  ]", "    {\n      ", "\n    }", ",\n", ",\n      ", QuotedKeys: true);

        internal static FileLayout Yaml { get; } = new("", "\n", "\n", "\n", "", "  - ", "", "\n", "\n    ", QuotedKeys: false);

        internal string Key(string key) => QuotedKeys ? $"  \"{key}\":" : $"{key}:";

        internal string Member(string key) => QuotedKeys ? $"\"{key}\":" : $"{key}:";
    }
}
