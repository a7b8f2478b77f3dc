using System.Collections.Immutable;
using Platform.Api.Scopes.Import;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Files;

/// <summary>Reads one rule of a file.</summary>
internal sealed class PolicyRuleReader(EntryReader entry, List<ImportProblem> problems)
{
    private const int MaxItems = 1000;
    private const int MaxBytes = 4096;

    private static readonly string[] AudienceKeys = ["users", "groups", "roles", "oauthScopes", "clients"];
    private static readonly string[] RoleKeys = ["role", "scope"];
    private static readonly string[] ConditionKeys = ["from", "until", "hours", "days", "addresses", "maxSessionAge", "strengths"];
    private static readonly string[] HoursKeys = ["from", "until", "timeZone"];

    /// <summary>All keys of a rule.</summary>
    internal static IReadOnlyList<string> Keys { get; } =
        ["id", "description", "effect", "methods", "hosts", .. PolicyTerms.Patterns.Keys.Order(StringComparer.Ordinal), "who", "conditions", "encoded"];

    /// <summary>Reads the rule; null where it lacks what makes a rule.</summary>
    internal PolicyRule? Read()
    {
        var id = entry.Required("id", MaxBytes);
        if (!entry.Has("effect"))
        {
            problems.Add(new ImportProblem(entry.Place, "'effect' is missing: allow or deny"));
        }

        var effect = PolicyFileReader.WordOf(entry, "effect", PolicyTerms.Effects);
        var path = ReadPath();
        var who = ReadWho();
        var description = entry.Text("description", MaxBytes, nullable: true)?.Value;
        var methods = PolicyFileReader.TextsOf(entry, "methods");
        var hosts = PolicyFileReader.TextsOf(entry, "hosts");
        var conditions = ReadConditions();
        var encoded = ReadEncoded();
        return id is null || effect is null || path is null || who.IsEmpty
            ? null
            : new PolicyRule
            {
                Id = id,
                Description = description,
                Effect = effect.Value,
                Methods = methods,
                Hosts = hosts,
                Path = path,
                Who = who,
                Conditions = conditions,
                Encoded = encoded,
            };
    }

    private PathPattern? ReadPath()
    {
        var given = PolicyTerms.Patterns.Keys.Where(entry.Has).Order(StringComparer.Ordinal).ToList();
        switch (given)
        {
            case []:
                return PathPattern.Any;
            case [var only]:
                return entry.Text(only, MaxBytes, nullable: false) is { Value: { } text } ? new PathPattern(PolicyTerms.Patterns[only], text) : null;
            default:
                entry.Report(given[1], $"a rule has one of {string.Join(", ", given)}, or none of them");
                return null;
        }
    }

    private ImmutableArray<PolicyAudience> ReadWho()
    {
        switch (entry.Find("who"))
        {
            case null:
                problems.Add(new ImportProblem(entry.Place, "'who' is missing: the callers that the rule speaks of"));
                return [];
            case ListNode { Items.Count: 0 }:
                entry.Report("who", "a rule speaks of somebody; 'anyone' are all callers");
                return [];
            case ListNode { Items.Count: > MaxItems }:
                entry.Report("who", $"the list has more than {MaxItems} items");
                return [];
            case ListNode list:
                var read = list.Items.Select((item, index) => ReadAudience(item, $"{entry.PathOf("who")}[{index}]")).ToList();

                // One that could not be read must not make a rule of the others: the whole rule is left out, and the file is refused.
                return read.Any(audience => audience is null) ? [] : [.. read.Select(audience => audience!)];
            case var node:
                return ReadAudience(node, entry.PathOf("who")) is { } one ? [one] : [];
        }
    }

    private PolicyAudience? ReadAudience(ImportNode node, string path)
    {
        if (node is ScalarNode scalar)
        {
            if (scalar.Kind is ScalarKind.Text or ScalarKind.Plain && PolicyTerms.Audiences.TryGetValue(scalar.Text, out var kind))
            {
                return new PolicyAudience { Kind = kind };
            }

            problems.Add(new ImportProblem(
                new ImportPlace(path, node.Line, node.Column),
                $"one of {string.Join(", ", PolicyTerms.Audiences.Keys.Order(StringComparer.Ordinal))}, or an object, was expected, not {(scalar.Kind == ScalarKind.Text ? $"'{scalar.Text}'" : node.What)}"));
            return null;
        }

        if (EntryReader.Begin(path, node, AudienceKeys, problems) is not { } audience)
        {
            return null;
        }

        var before = problems.Count;
        var read = new PolicyAudience
        {
            Kind = AudienceKind.Named,
            Users = PolicyFileReader.TextsOf(audience, "users"),
            Groups = PolicyFileReader.TextsOf(audience, "groups"),
            Roles = ReadRoles(audience),
            OAuthScopes = PolicyFileReader.TextsOf(audience, "oauthScopes"),
            Clients = PolicyFileReader.TextsOf(audience, "clients"),
        };
        return problems.Count == before ? read : null;
    }

    private ImmutableArray<RoleInScope> ReadRoles(EntryReader audience)
    {
        switch (audience.Find("roles"))
        {
            case null:
                return [];
            case ListNode { Items.Count: <= MaxItems } list:
                return [.. list.Items.Select((item, index) => ReadRole(item, $"{audience.PathOf("roles")}[{index}]")).OfType<RoleInScope>()];
            case var other:
                audience.Report("roles", $"a list of at most {MaxItems} items was expected, not {other.What}");
                return [];
        }
    }

    private RoleInScope? ReadRole(ImportNode node, string path) =>
        EntryReader.Begin(path, node, RoleKeys, problems) is { } role
        && role.Required("role", MaxBytes) is { } name
        && role.Required("scope", MaxBytes) is { } scope
            ? new RoleInScope(name, scope)
            : null;

    private PolicyConditions? ReadConditions()
    {
        if (entry.Find("conditions") is not { } node || EntryReader.Begin(entry.PathOf("conditions"), node, ConditionKeys, problems) is not { } conditions)
        {
            return null;
        }

        return new PolicyConditions
        {
            From = InstantOf(conditions, "from"),
            Until = InstantOf(conditions, "until"),
            Hours = ReadHours(conditions),
            Days = ReadDays(conditions),
            Addresses = PolicyFileReader.TextsOf(conditions, "addresses"),
            MaxSessionAge = PolicyFileReader.DurationOf(conditions, "maxSessionAge"),
            Strengths = PolicyFileReader.TextsOf(conditions, "strengths"),
        };
    }

    private DailyWindow? ReadHours(EntryReader conditions)
    {
        if (conditions.Find("hours") is not { } node || EntryReader.Begin(conditions.PathOf("hours"), node, HoursKeys, problems) is not { } hours)
        {
            return null;
        }

        var zone = hours.Text("timeZone", MaxBytes, nullable: false)?.Value ?? "UTC";
        return TimeOf(hours, "from") is { } from && TimeOf(hours, "until") is { } until ? new DailyWindow(from, until, zone) : null;
    }

    private ImmutableArray<DayOfWeek> ReadDays(EntryReader conditions)
    {
        var days = ImmutableArray.CreateBuilder<DayOfWeek>();
        foreach (var (text, place) in conditions.Texts("days", 7, MaxBytes) ?? [])
        {
            if (PolicyTerms.Days.TryGetValue(text, out var day))
            {
                days.Add(day);
            }
            else
            {
                problems.Add(new ImportProblem(place, $"'{text}' is none of {string.Join(", ", PolicyTerms.Days.OrderBy(word => word.Value).Select(word => word.Key))}"));
            }
        }

        return days.ToImmutable();
    }

    private EncodingAllowance ReadEncoded()
    {
        var allowed = EncodingAllowance.None;
        foreach (var (text, place) in entry.Texts("encoded", 2, MaxBytes) ?? [])
        {
            if (PolicyTerms.Encodings.TryGetValue(text, out var encoding))
            {
                allowed |= encoding;
            }
            else
            {
                problems.Add(new ImportProblem(place, $"'{text}' is none of {string.Join(", ", PolicyTerms.Encodings.Keys.Order(StringComparer.Ordinal))}"));
            }
        }

        return allowed;
    }

    private static DateTimeOffset? InstantOf(EntryReader conditions, string key)
    {
        if (conditions.Text(key, MaxBytes, nullable: true) is not { Value: { } text })
        {
            return null;
        }

        if (PolicyTerms.TryReadInstant(text, out var instant))
        {
            return instant;
        }

        conditions.Report(key, $"'{text}' is no instant: {PolicyTerms.InstantGrammar}");
        return null;
    }

    private static TimeOnly? TimeOf(EntryReader hours, string key)
    {
        if (hours.Required(key, MaxBytes) is not { } text)
        {
            return null;
        }

        if (PolicyTerms.TryReadTime(text, out var time))
        {
            return time;
        }

        hours.Report(key, $"'{text}' is no time of the day: {PolicyTerms.TimeGrammar}");
        return null;
    }
}
