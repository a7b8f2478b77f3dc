using System.Buffers;
using System.Collections.Immutable;
using System.Xml;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>What may be said of scopes: texts that XML 1.0 can carry, of a bounded length, and times that follow one another.</summary>
internal static class ScopeTexts
{
    /// <summary>The longest name of a scope, in characters.</summary>
    public const int MaxDisplayName = 200;

    /// <summary>The longest description, in characters.</summary>
    public const int MaxDescription = 20_000;

    /// <summary>The longest message from one person to another, in characters.</summary>
    public const int MaxMessage = 1_000;

    /// <summary>The longest acceptable-use policy, in characters.</summary>
    public const int MaxTerms = 100_000;

    private const int MaxOperations = 64;
    private const int MaxOperation = 128;

    private static readonly SearchValues<char> OperationCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    /// <summary>Why this is no name of a scope; null: it is one, or none is given.</summary>
    public static AdministrationRefusal? RefusalOfDisplayName(string? name)
    {
        if (name is null)
        {
            return null;
        }

        return string.IsNullOrWhiteSpace(name) || name.Length > MaxDisplayName || name.Any(char.IsControl) || !IsText(name)
            ? AdministrationRefusal.Invalid("displayName", $"A name has 1 to {MaxDisplayName} characters, none of them a control character.")
            : null;
    }

    /// <summary>Why this is no description; null: it is one, or none is given.</summary>
    public static AdministrationRefusal? RefusalOfDescription(string? description) => RefusalOfText("description", description, MaxDescription);

    /// <summary>Why this is no message; null: it is one, or none is given.</summary>
    public static AdministrationRefusal? RefusalOfMessage(string field, string? message) => RefusalOfText(field, message, MaxMessage);

    /// <summary>Why this is no text; null: it is one, or none is given.</summary>
    public static AdministrationRefusal? RefusalOfText(string field, string? text, int maxLength)
    {
        if (text is null || (text.Length <= maxLength && IsText(text)))
        {
            return null;
        }

        return AdministrationRefusal.Invalid(field, text.Length > maxLength
            ? $"It has more than {maxLength} characters."
            : "It has a character that XML cannot carry.");
    }

    /// <summary>Why these are no operations; null: they are.</summary>
    public static AdministrationRefusal? RefusalOfOperations(ImmutableArray<string> operations) =>
        operations.IsDefault || operations.Length > MaxOperations
        || operations.Any(operation => operation is null || operation.Length is 0 or > MaxOperation || operation.AsSpan().ContainsAnyExcept(OperationCharacters))
            ? AdministrationRefusal.Invalid("anonymous", "An operation is made of lower-case letters, digits, '.' and '-'.")
            : null;

    /// <summary>Why a beginning and an end do not fit; null: they do.</summary>
    public static AdministrationRefusal? RefusalOfTimes(DateTimeOffset? startsAt, DateTimeOffset? endsAt) =>
        startsAt >= endsAt ? AdministrationRefusal.Invalid("endsAt", "The end is not after the beginning.") : null;

    /// <summary>Why something new cannot end then; null: it can.</summary>
    public static AdministrationRefusal? RefusalOfEnd(string field, DateTimeOffset? endsAt, DateTimeOffset now) =>
        endsAt <= now ? AdministrationRefusal.Invalid(field, "The end is not in the future.") : null;

    /// <summary>Why this is no kind of visibility or admission that there is; null: they are.</summary>
    public static AdministrationRefusal? RefusalOfKinds(ScopeVisibility visibility, ScopeAdmission admission)
    {
        if (!Enum.IsDefined(visibility))
        {
            return AdministrationRefusal.Invalid("visibility", "It is none of public, members, hidden.");
        }

        return Enum.IsDefined(admission) ? null : AdministrationRefusal.Invalid("admission", "It is none of open, restricted, private.");
    }

    /// <summary>A name as it is stored: nothing where it is the path's own.</summary>
    public static string? NameOrDefault(string? name, ScopePath path) => name is null || name.Trim() == path.Name ? null : name.Trim();

    /// <summary>Operations as they are stored.</summary>
    public static ImmutableArray<string> Sorted(ImmutableArray<string> operations) =>
        [.. operations.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
