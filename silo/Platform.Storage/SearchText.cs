using System.Text;

namespace Platform.Storage;

/// <summary>
/// Text in the form in which lists are searched and sorted: Unicode NFKC and lower-case, the same as the function <c>list_text</c> of a
/// PostgreSQL database makes it.
/// </summary>
public static class SearchText
{
    private const int MaxLength = 1000;

    /// <summary>The form of a text; what is longer than 1000 characters is cut. Characters that no database takes are replaced.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var clean = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            // Half a surrogate pair is enumerated as the replacement character already. U+FFFE is no character, and normalisation refuses it.
            clean.Append(rune.Value is 0 or 0xFFFE ? Rune.ReplacementChar : rune);
            if (clean.Length >= MaxLength)
            {
                break;
            }
        }

        // The sigma at the end of a word is one letter with the other.
        return clean.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant().Replace('ς', 'σ');
    }
}
