namespace Platform.Grains.Administration;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Limit">How many items at most, 1 to <see cref="MaxLimit"/>.</param>
/// <param name="Cursor">Where to go on, as the page before said; null: from the start.</param>
public sealed record PageRequest(int Limit = PageRequest.DefaultLimit, string? Cursor = null)
{
    /// <summary>How many items a page has unless said otherwise.</summary>
    public const int DefaultLimit = 50;

    /// <summary>How many items a page has at most.</summary>
    public const int MaxLimit = 200;

    /// <summary>How many items to leave out before the page, for protocols that count instead of following cursors; dearer the more they are.</summary>
    public int Skip { get; init; }
}

/// <summary>A part of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
/// <param name="Total">How many items all pages have.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next, long Total);
