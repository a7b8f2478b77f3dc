using System.Globalization;
using System.Text;

namespace Platform.Api.Console;

/// <summary>Text on its way to a terminal.</summary>
internal static class ConsoleText
{
    /// <summary>
    /// The text with everything escaped that a terminal would act on instead of showing it: what a client typed as its user name must
    /// not rewrite the operator's screen.
    /// </summary>
    internal static string Printable(string text)
    {
        if (!text.Any(MustEscape))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = MustEscape(character) ? printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : printable.Append(character);
        }

        return printable.ToString();
    }

    private static bool MustEscape(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
