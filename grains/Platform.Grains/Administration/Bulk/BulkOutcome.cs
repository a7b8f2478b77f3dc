using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Bulk;

/// <summary>How an import is to be done.</summary>
/// <param name="Format">How the file is written; null: told from its first character.</param>
/// <param name="CheckOnly">Whether it only says what it would do.</param>
/// <param name="Progress">Is told how many of how many rows are done; null: nobody asks.</param>
public sealed record BulkOptions(BulkFormat? Format = null, bool CheckOnly = false, Func<int, int, Task>? Progress = null);

/// <summary>How an import ended. Where there are problems nothing was changed.</summary>
/// <param name="Problems">All that is wrong with the file, up to a limit.</param>
/// <param name="Rows">How many rows the file has.</param>
/// <param name="Added">How many were made, or would be.</param>
/// <param name="Changed">How many were changed, or would be.</param>
/// <param name="Unchanged">How many were as the file says already.</param>
public sealed record BulkOutcome(IReadOnlyList<ImportProblem> Problems, int Rows, int Added, int Changed, int Unchanged)
{
    /// <summary>What became of the rows so far, without problems.</summary>
    internal static BulkOutcome Of(int rows, IEnumerable<BulkEffect> effects)
    {
        var counts = effects.CountBy(effect => effect).ToDictionary();
        return new BulkOutcome(
            [], rows, counts.GetValueOrDefault(BulkEffect.Added), counts.GetValueOrDefault(BulkEffect.Changed), counts.GetValueOrDefault(BulkEffect.Unchanged));
    }
}

/// <summary>What became of one row.</summary>
internal enum BulkEffect
{
    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>It was made.</summary>
    Added,

    /// <summary>It was changed.</summary>
    Changed,
}
