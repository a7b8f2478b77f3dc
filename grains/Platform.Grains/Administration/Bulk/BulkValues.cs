using System.Text;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Values that files of users and of members have in common.</summary>
internal static class BulkValues
{
    /// <summary>Yes or no.</summary>
    public static bool? ReadFlag(BulkCell cell, BulkFile file)
    {
        switch (cell.Text.Trim().ToLowerInvariant())
        {
            case "true" or "yes" or "1":
                return true;
            case "false" or "no" or "0":
                return false;
            default:
                file.Report(cell.Place, "true or false was expected");
                return null;
        }
    }

    /// <summary>Whether a text can be written as UTF-8: half a surrogate pair cannot.</summary>
    public static bool IsText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }
}
