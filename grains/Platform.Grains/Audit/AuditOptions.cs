namespace Platform.Grains.Audit;

/// <summary>How the audit is written.</summary>
public sealed class AuditOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Audit";

    /// <summary>The longest <see cref="NodeName"/>, in characters.</summary>
    public const int MaxNodeNameLength = 64;

    /// <summary>
    /// What this node is called in the audit; letters, digits, <c>.</c>, <c>_</c>, <c>-</c>. Each process adds a random part, so
    /// that two processes never append to one chain. Default: the machine's name.
    /// </summary>
    public string NodeName { get; set; } = Clean(Environment.MachineName);

    /// <summary>How many entries one transaction takes at the most. Default: 256.</summary>
    public int MaxBatch { get; set; } = 256;

    /// <summary>How long entries are kept at least, in whole days (UTC); then their chains are removed. Default: none, they are kept for ever. Least: 1 day.</summary>
    public TimeSpan? KeepFor { get; set; }

    /// <summary>All that is wrong with the values.</summary>
    internal IEnumerable<string> FindFaults()
    {
        if (NodeName.Length is 0 or > MaxNodeNameLength || NodeName != Clean(NodeName))
        {
            yield return $"{Section}:NodeName takes 1 to {MaxNodeNameLength} letters, digits, '.', '_' and '-'.";
        }

        if (MaxBatch is < 1 or > 1000)
        {
            yield return $"{Section}:MaxBatch takes 1 to 1000.";
        }

        if (KeepFor < TimeSpan.FromDays(1))
        {
            yield return $"{Section}:KeepFor takes 1 day or more.";
        }
    }

    private static string Clean(string name)
    {
        var clean = new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]);
        return clean.Length > MaxNodeNameLength ? clean[..MaxNodeNameLength] : clean;
    }
}
