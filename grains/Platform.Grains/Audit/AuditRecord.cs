using System.Collections.Immutable;

namespace Platform.Grains.Audit;

/// <summary>The entries of one node on one day (UTC): the unit of the hash chain.</summary>
/// <param name="Node">The node's name with its process's random part.</param>
/// <param name="Day">The day, <c>yyyy-MM-dd</c>.</param>
public readonly record struct AuditChain(string Node, string Day)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Node}/{Day}";
}

/// <summary>An entry as it stands in the log.</summary>
/// <param name="Chain">The chain that it is in.</param>
/// <param name="Seq">Its place there, from 1 without gaps.</param>
/// <param name="At">When it was appended (UTC, to the millisecond).</param>
/// <param name="Entry">What happened.</param>
public sealed record AuditRecord(AuditChain Chain, long Seq, DateTimeOffset At, AuditEntry Entry)
{
    /// <summary>The heads of other chains that the first entry of a chain saw; a chain that is removed later is missed by them.</summary>
    internal ImmutableArray<AuditHead> Witnessed { get; init; } = [];
}

/// <summary>The last entry of a chain.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Seq">The entry's place.</param>
/// <param name="Hash">Its hash, 64 lower-case hexadecimal digits.</param>
internal sealed record AuditHead(AuditChain Chain, long Seq, string Hash);
