using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Platform.Grains.Cluster;

namespace Platform.Grains.Users;

/// <summary>
/// A user name of the local directory, made comparable: trimmed, Unicode NFKC, lower-case, so that <c>Alice</c>, <c>alice</c> and
/// <c>alice </c> are one person.
/// </summary>
/// <param name="Value">The comparable form.</param>
[GenerateSerializer, Immutable, Alias("platform.LocalName")]
public readonly record struct LocalName([property: Id(0)] string Value)
{
    /// <summary>The longest name taken, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>
    /// Takes a name that is not blank, not too long, and free of control characters, colons (RFC 7617 §2) and characters that are
    /// not seen: with those, two people could have one name to the eye. Nor is U+FFFE a character, which normalisation refuses.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LocalName name)
    {
        name = default;
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length is 0 or > MaxLength || trimmed.Contains(':', StringComparison.Ordinal) || trimmed.Any(c => c == '\uFFFE' || char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format))
        {
            return false;
        }

        name = new LocalName(trimmed.Normalize(NormalizationForm.FormKC).ToLowerInvariant());
        return name.Value.Length > 0;
    }

    /// <summary>
    /// The key of the name's grain. The prefix keeps a name that looks like a number (<c>abc</c>, <c>00abc</c>) from being taken for one
    /// by storage that keeps numeric keys in columns of their own.
    /// </summary>
    public string GrainKey => $"name:{Value}";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Who holds a name in the local directory.</summary>
[Alias("platform.ILocalNameGrain")]
public interface ILocalNameGrain : IGrainWithStringKey
{
    /// <summary>The holder; null where the name is free.</summary>
    [Alias("FindHolderAsync"), Idempotent]
    Task<UserKey?> FindHolderAsync();

    /// <summary>Takes the name for a new user, or says who has it. Repeating it gives the same user.</summary>
    [Alias("ClaimAsync"), Idempotent]
    Task<UserKey> ClaimAsync();
}
