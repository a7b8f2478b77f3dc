namespace Platform.Policies.Rules.Patterns;

/// <summary>Texts without their letter case.</summary>
internal static class LetterCase
{
    /// <summary>
    /// The text with one letter for all that are equal but for case. Upper and then lower: <c>K</c> (Kelvin) and <c>ſ</c> have
    /// only one of the two, and would pass a rule that speaks of <c>k</c> and <c>s</c>.
    /// </summary>
    public static string Fold(string text)
    {
        foreach (var character in text)
        {
            if (Fold(character) != character)
            {
                return string.Create(text.Length, text, static (folded, from) =>
                {
                    for (var index = 0; index < folded.Length; index++)
                    {
                        folded[index] = Fold(from[index]);
                    }
                });
            }
        }

        return text;
    }

    private static char Fold(char character) =>
        character < 128
            ? character is >= 'A' and <= 'Z' ? (char)(character | 0x20) : character
            : char.ToLowerInvariant(char.ToUpperInvariant(character));
}
