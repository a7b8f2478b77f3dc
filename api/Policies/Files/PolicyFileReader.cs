using System.Collections.Frozen;
using System.Collections.Immutable;
using Platform.Api.Scopes.Import;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Files;

/// <summary>Reads the nodes of a file as a policy set, and collects all that is wrong with its form. What the set means is checked afterwards.</summary>
internal sealed class PolicyFileReader
{
    private const int MaxItems = 1000;
    private const int MaxBytes = 1000;

    private static readonly string[] FileKeys = ["hosts", "caseSensitive", "cleaning", "scope", "cacheFor", "rules"];

    private readonly List<ImportProblem> _problems = [];
    private readonly List<EntryReader> _rules = [];
    private EntryReader? _file;

    /// <summary>What is wrong with the form.</summary>
    internal IReadOnlyList<ImportProblem> Problems => _problems;

    /// <summary>Reads the file.</summary>
    internal PolicySet Read(ImportNode root)
    {
        if (EntryReader.Begin("", root, FileKeys, _problems) is not { } file)
        {
            return new PolicySet();
        }

        _file = file;
        return new PolicySet
        {
            Hosts = TextsOf(file, "hosts"),
            CaseSensitive = file.Truth("caseSensitive")?.Value ?? true,
            Cleaning = WordOf(file, "cleaning", PolicyTerms.Cleanings) ?? UrlCleaning.None,
            Scope = file.Text("scope", MaxBytes, nullable: true)?.Value,
            CacheFor = DurationOf(file, "cacheFor"),
            Rules = ReadRules(file),
        };
    }

    /// <summary>Where a rule, or a member of it, or of the set, stands.</summary>
    internal ImportPlace PlaceOf(int? rule, string? member)
    {
        var entry = rule is { } index ? _rules[index] : _file;
        return entry is null ? new ImportPlace("", 1, 1) : member is null ? entry.Place : entry.PlaceOf(member);
    }

    internal static ImmutableArray<string> TextsOf(EntryReader entry, string key) =>
        [.. (entry.Texts(key, MaxItems, MaxBytes) ?? []).Select(item => item.Text)];

    internal static T? WordOf<T>(EntryReader entry, string key, FrozenDictionary<string, T> words)
        where T : struct
    {
        if (entry.Text(key, MaxBytes, nullable: false) is not { Value: { } text })
        {
            return null;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        entry.Report(key, $"'{text}' is none of {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}");
        return null;
    }

    internal static TimeSpan? DurationOf(EntryReader entry, string key)
    {
        if (entry.Text(key, MaxBytes, nullable: true) is not { Value: { } text })
        {
            return null;
        }

        if (PolicyTerms.TryReadDuration(text, out var duration))
        {
            return duration;
        }

        entry.Report(key, $"'{text}' is no duration: {PolicyTerms.DurationGrammar}");
        return null;
    }

    private ImmutableArray<PolicyRule> ReadRules(EntryReader file)
    {
        if (file.Find("rules") is not { } node)
        {
            return [];
        }

        if (node is not ListNode list)
        {
            file.Report("rules", $"a list was expected, not {node.What}");
            return [];
        }

        var rules = ImmutableArray.CreateBuilder<PolicyRule>(list.Items.Count);
        for (var index = 0; index < list.Items.Count; index++)
        {
            if (EntryReader.Begin($"rules[{index}]", list.Items[index], PolicyRuleReader.Keys, _problems) is { } entry
                && new PolicyRuleReader(entry, _problems).Read() is { } rule)
            {
                rules.Add(rule);
                _rules.Add(entry);
            }
        }

        return rules.ToImmutable();
    }
}
