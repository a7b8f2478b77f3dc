using System.Buffers.Text;
using System.Text;

namespace Platform.Grains.Administration;

/// <summary>Cursors of lists that are ordered by a key: the last key of a page, wrapped so that nobody builds on it.</summary>
internal static class Paging
{
    private const int MaxCursor = 4096;

    /// <summary>Reads what is asked for; a refusal where it is no page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="after">The key after which the page begins; null: from the start.</param>
    public static AdministrationRefusal? Read(PageRequest page, out string? after)
    {
        after = null;
        if (page.Limit is < 1 or > PageRequest.MaxLimit)
        {
            return AdministrationRefusal.Invalid("limit", $"It is a number from 1 to {PageRequest.MaxLimit}.");
        }

        if (page.Cursor is not { } cursor)
        {
            return null;
        }

        if (cursor.Length > MaxCursor || !Base64Url.IsValid(cursor))
        {
            return AdministrationRefusal.Invalid("cursor", "It is none that a page before it gave.");
        }

        after = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return after.Contains('\0', StringComparison.Ordinal) ? AdministrationRefusal.Invalid("cursor", "It is none that a page before it gave.") : null;
    }

    /// <summary>The cursor of the page after a key.</summary>
    public static string After(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>A page of a list that is in memory, ordered by its keys (ordinal).</summary>
    public static Page<TResult> Cut<T, TResult>(IReadOnlyList<T> all, PageRequest page, string? after, Func<T, string> keyOf, Func<T, TResult> show)
    {
        var items = all.Where(item => after is null || string.CompareOrdinal(keyOf(item), after) > 0).Take(page.Limit + 1).ToList();
        var next = items.Count > page.Limit ? After(keyOf(items[page.Limit - 1])) : null;
        return new Page<TResult>([.. items.Take(page.Limit).Select(show)], next, all.Count);
    }
}
