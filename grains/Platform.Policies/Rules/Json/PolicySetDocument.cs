using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Policies.Rules.Json;

/// <summary>A policy set as JSON has it.</summary>
internal sealed record PolicySetDocument
{
    public string[]? Hosts { get; init; }

    public bool? CaseSensitive { get; init; }

    public string? Cleaning { get; init; }

    public string? Scope { get; init; }

    public string? CacheFor { get; init; }

    public PolicyRuleDocument[] Rules { get; init; } = [];

    public static PolicySetDocument Of(PolicySet set) => new()
    {
        Hosts = Written.OrNull(set.Hosts),
        CaseSensitive = set.CaseSensitive ? null : false,
        Cleaning = set.Cleaning == UrlCleaning.None ? null : PolicyTerms.Write(PolicyTerms.Cleanings, set.Cleaning),
        Scope = set.Scope,
        CacheFor = set.CacheFor is { } cacheFor ? PolicyTerms.Write(cacheFor) : null,
        Rules = [.. set.Rules.Select(PolicyRuleDocument.Of)],
    };

    public PolicySet ToSet() => new()
    {
        Hosts = Written.All(Hosts),
        CaseSensitive = CaseSensitive ?? true,
        Cleaning = Cleaning is null ? UrlCleaning.None : Written.Read(PolicyTerms.Cleanings, Cleaning),
        Scope = Scope,
        CacheFor = CacheFor is null ? null : Written.Duration(CacheFor),
        Rules = [.. Written.All(Rules).Select(rule => rule.ToRule())],
    };
}

/// <summary>A rule as JSON has it.</summary>
internal sealed record PolicyRuleDocument
{
    public required string Id { get; init; }

    public string? Description { get; init; }

    public required string Effect { get; init; }

    public string[]? Methods { get; init; }

    public string[]? Hosts { get; init; }

    public string? Path { get; init; }

    public string? Template { get; init; }

    public string? Regex { get; init; }

    public string? Url { get; init; }

    public string? UrlRegex { get; init; }

    public required PolicyAudience[] Who { get; init; }

    public ConditionsDocument? Conditions { get; init; }

    public string[]? Encoded { get; init; }

    [JsonIgnore]
    private IEnumerable<PathPattern> Given =>
        from pattern in (IEnumerable<(PathPatternKind Kind, string? Text)>)
        [
            (PathPatternKind.Exact, Path),
            (PathPatternKind.Template, Template),
            (PathPatternKind.Regex, Regex),
            (PathPatternKind.Url, Url),
            (PathPatternKind.UrlRegex, UrlRegex),
        ]
        where pattern.Text is not null
        select new PathPattern(pattern.Kind, pattern.Text);

    public static PolicyRuleDocument Of(PolicyRule rule) => new()
    {
        Id = rule.Id,
        Description = rule.Description,
        Effect = PolicyTerms.Write(PolicyTerms.Effects, rule.Effect),
        Methods = Written.OrNull(rule.Methods),
        Hosts = Written.OrNull(rule.Hosts),
        Path = TextOf(rule, PathPatternKind.Exact),
        Template = TextOf(rule, PathPatternKind.Template),
        Regex = TextOf(rule, PathPatternKind.Regex),
        Url = TextOf(rule, PathPatternKind.Url),
        UrlRegex = TextOf(rule, PathPatternKind.UrlRegex),
        Who = [.. rule.Who],
        Conditions = rule.Conditions is null ? null : ConditionsDocument.Of(rule.Conditions),
        Encoded = rule.Encoded == EncodingAllowance.None
            ? null
            : [.. PolicyTerms.Encodings.Where(word => rule.Encoded.HasFlag(word.Value)).OrderBy(word => word.Value).Select(word => word.Key)],
    };

    public PolicyRule ToRule()
    {
        var patterns = Given.Take(2).ToArray();
        return new PolicyRule
        {
            Id = Id,
            Description = Description,
            Effect = Written.Read(PolicyTerms.Effects, Effect),
            Methods = Written.All(Methods),
            Hosts = Written.All(Hosts),
            Path = patterns.Length <= 1 ? patterns.FirstOrDefault() ?? PathPattern.Any : throw new FormatException("a rule has one pattern"),
            Who = Written.All(Who),
            Conditions = Conditions?.ToConditions(),
            Encoded = Written.All(Encoded).Aggregate(EncodingAllowance.None, (all, word) => all | Written.Read(PolicyTerms.Encodings, word)),
        };
    }

    private static string? TextOf(PolicyRule rule, PathPatternKind kind) => rule.Path.Kind == kind ? rule.Path.Text : null;
}

/// <summary>Conditions as JSON has them.</summary>
internal sealed record ConditionsDocument
{
    public string? From { get; init; }

    public string? Until { get; init; }

    public HoursDocument? Hours { get; init; }

    public string[]? Days { get; init; }

    public string[]? Addresses { get; init; }

    public string? MaxSessionAge { get; init; }

    public string[]? Strengths { get; init; }

    public static ConditionsDocument Of(PolicyConditions conditions) => new()
    {
        From = conditions.From is { } from ? PolicyTerms.Write(from) : null,
        Until = conditions.Until is { } until ? PolicyTerms.Write(until) : null,
        Hours = conditions.Hours is { } hours
            ? new HoursDocument { From = PolicyTerms.Write(hours.From), Until = PolicyTerms.Write(hours.Until), TimeZone = hours.TimeZone == "UTC" ? null : hours.TimeZone }
            : null,
        Days = conditions.Days.IsEmpty ? null : [.. conditions.Days.Select(day => PolicyTerms.Write(PolicyTerms.Days, day))],
        Addresses = Written.OrNull(conditions.Addresses),
        MaxSessionAge = conditions.MaxSessionAge is { } age ? PolicyTerms.Write(age) : null,
        Strengths = Written.OrNull(conditions.Strengths),
    };

    public PolicyConditions ToConditions() => new()
    {
        From = From is null ? null : Written.Instant(From),
        Until = Until is null ? null : Written.Instant(Until),
        Hours = Hours is null ? null : new DailyWindow(Written.Time(Hours.From), Written.Time(Hours.Until), Hours.TimeZone ?? "UTC"),
        Days = [.. Written.All(Days).Select(day => Written.Read(PolicyTerms.Days, day))],
        Addresses = Written.All(Addresses),
        MaxSessionAge = MaxSessionAge is null ? null : Written.Duration(MaxSessionAge),
        Strengths = Written.All(Strengths),
    };
}

/// <summary>Hours of each day as JSON has them.</summary>
internal sealed record HoursDocument
{
    public required string From { get; init; }

    public required string Until { get; init; }

    public string? TimeZone { get; init; }
}

/// <summary>An audience that is more than one word, as JSON has it.</summary>
internal sealed record AudienceDocument
{
    public string[]? Users { get; init; }

    public string[]? Groups { get; init; }

    public RoleDocument[]? Roles { get; init; }

    [JsonPropertyName("oauthScopes")]
    public string[]? OAuthScopes { get; init; }

    public string[]? Clients { get; init; }

    public static AudienceDocument Of(PolicyAudience audience) => new()
    {
        Users = Written.OrNull(audience.Users),
        Groups = Written.OrNull(audience.Groups),
        Roles = audience.Roles.IsEmpty ? null : [.. audience.Roles.Select(role => new RoleDocument { Role = role.Role, Scope = role.Scope })],
        OAuthScopes = Written.OrNull(audience.OAuthScopes),
        Clients = Written.OrNull(audience.Clients),
    };

    public PolicyAudience ToAudience() => new()
    {
        Kind = AudienceKind.Named,
        Users = Written.All(Users),
        Groups = Written.All(Groups),
        Roles = [.. Written.All(Roles).Select(role => new RoleInScope(role.Role, role.Scope))],
        OAuthScopes = Written.All(OAuthScopes),
        Clients = Written.All(Clients),
    };
}

/// <summary>A role in a scope as JSON has it.</summary>
internal sealed record RoleDocument
{
    public required string Role { get; init; }

    public required string Scope { get; init; }
}

/// <summary>Words and formats that have to be right.</summary>
internal static class Written
{
    public static string[]? OrNull(ImmutableArray<string> texts) => texts.IsEmpty ? null : [.. texts];

    public static ImmutableArray<T> All<T>(T[]? values)
        where T : class => values is null ? [] : Array.TrueForAll(values, value => value is not null) ? [.. values] : throw new FormatException("a list holds null");

    public static T Read<T>(FrozenDictionary<string, T> words, string word)
        where T : struct, Enum => words.TryGetValue(word, out var value) ? value : throw new FormatException($"not one of {string.Join(", ", words.Keys)}");

    public static TimeSpan Duration(string text) => PolicyTerms.TryReadDuration(text, out var duration) ? duration : throw new FormatException(PolicyTerms.DurationGrammar);

    public static TimeOnly Time(string text) => PolicyTerms.TryReadTime(text, out var time) ? time : throw new FormatException(PolicyTerms.TimeGrammar);

    public static DateTimeOffset Instant(string text) => PolicyTerms.TryReadInstant(text, out var instant) ? instant : throw new FormatException(PolicyTerms.InstantGrammar);
}
