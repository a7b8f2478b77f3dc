using System.Security.Cryptography;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Sets;

/// <summary>Who changes a policy set, and why.</summary>
/// <param name="By">A user key, or <c>console:name</c>.</param>
/// <param name="Address">Where from.</param>
/// <param name="Client">The client whose token it came with; null: none.</param>
/// <param name="Comment">Why, in words; null: not said.</param>
internal sealed record PolicyAuthor(string By, string Address, string? Client, string? Comment)
{
    /// <summary>The comment of a revision that an earlier one was made the newest by.</summary>
    public static string RolledBack(long revision, string? why)
    {
        var words = FormattableString.Invariant($"rolled back to revision {revision}");
        return why is null ? words : $"{words}: {why}";
    }
}

/// <summary>Stores and removes policy sets that were found valid, for those who may, and records it.</summary>
internal sealed class PolicyStore(IPolicySets sets, IAuditLog audit)
{
    /// <summary>Stores a set.</summary>
    public async Task<PolicyChangeResult> ReplaceAsync(ServiceName service, PolicySet set, ChangeCondition condition, PolicyAuthor author)
    {
        var change = new PolicyChange(NewTag(), PolicyJson.Write(set), set.Hosts, author.By, author.Comment);
        var result = await sets.ReplaceAsync(service, change, condition);
        if (result is { Outcome: PolicyChangeOutcome.Created or PolicyChangeOutcome.Replaced, Current: { } current })
        {
            await RecordAsync(service, AuditEntry.Ok, $"revision {current.Number} {(result.Outcome == PolicyChangeOutcome.Created ? "created" : "replaced")}", author);
        }

        return result;
    }

    /// <summary>Removes a set.</summary>
    public async Task<PolicyChangeResult> RemoveAsync(ServiceName service, ChangeCondition condition, PolicyAuthor author)
    {
        var result = await sets.RemoveAsync(service, new PolicyRemoval(NewTag(), author.By, author.Comment), condition);
        if (result.Outcome == PolicyChangeOutcome.Removed)
        {
            await RecordAsync(service, AuditEntry.Ok, "removed", author);
        }

        return result;
    }

    /// <summary>Records an attempt that was refused.</summary>
    public ValueTask RecordRefusalAsync(ServiceName service, string code, PolicyAuthor author) => RecordAsync(service, code, null, author);

    /// <summary>No cancellation: what was stored is stored, whoever hangs up.</summary>
    private ValueTask RecordAsync(ServiceName service, string outcome, string? what, PolicyAuthor author)
    {
        string?[] words = [what, author.Client is { } client ? $"by client {client}" : null, author.Comment];
        var detail = string.Join("; ", words.OfType<string>());
        return audit.RecordAsync(
            new AuditEntry(AuditActions.ChangePolicy, outcome, author.By, service.Value, author.Address, detail.Length == 0 ? null : detail), CancellationToken.None);
    }

    private static string NewTag() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
