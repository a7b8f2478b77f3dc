using System.Collections.Immutable;
using Platform.Grains.Cluster;

namespace Platform.Grains.Policies;

/// <summary>What becomes of a policy set's state.</summary>
internal static class PolicySetChanges
{
    /// <summary>The revisions that are kept, the newest included.</summary>
    public const int MaxRevisions = 50;

    /// <summary>The next revision.</summary>
    /// <param name="state">The one that it follows.</param>
    /// <param name="tag">Its entity tag.</param>
    /// <param name="document">The set; null: it is removed.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="comment">Why.</param>
    /// <param name="now">When.</param>
    public static PolicySetState Next(PolicySetState state, string tag, string? document, string by, string? comment, DateTimeOffset now) => new()
    {
        Number = state.Number + 1,
        Tag = tag,
        Document = document,
        ChangedAt = now,
        ChangedBy = by,
        Comment = comment,
        Earlier = state.Number == 0 ? [] : [Entry(state), .. state.Earlier.Take(MaxRevisions - 2)],
    };

    /// <summary>Whether a change with this tag was made, now or before.</summary>
    public static bool Knows(PolicySetState state, string tag) => state.Tag == tag || state.Earlier.Any(revision => revision.Tag == tag);

    /// <summary>Whether the condition holds.</summary>
    public static bool Holds(ChangeCondition condition, PolicySetState state) => condition.Holds(state.Document is null ? null : state.Tag);

    /// <summary>The newest revision as it is handed out; null where there is no set.</summary>
    public static PolicyRevision? Current(PolicySetState state, ServiceName service, bool withDocument) =>
        state.Document is null ? null : Newest(state, service, withDocument);

    /// <summary>The newest revision, one that removed the set included.</summary>
    public static PolicyRevision Newest(PolicySetState state, ServiceName service, bool withDocument) => new(
        service, state.Number, state.Tag, withDocument ? state.Document : null, state.Document is null, state.ChangedAt, state.ChangedBy, state.Comment);

    /// <summary>An earlier one.</summary>
    public static PolicyRevision Earlier(EarlierRevision revision, ServiceName service, string? document) => new(
        service, revision.Number, revision.Tag, document, revision.Removed, revision.ChangedAt, revision.ChangedBy, revision.Comment);

    /// <summary>All revisions without their documents, the newest first.</summary>
    public static ImmutableArray<PolicyRevision> Revisions(PolicySetState state, ServiceName service) => state.Number == 0
        ? []
        : [Newest(state, service, withDocument: false), .. state.Earlier.Select(revision => Earlier(revision, service, null))];

    private static EarlierRevision Entry(PolicySetState state) => new()
    {
        Number = state.Number,
        Tag = state.Tag,
        Removed = state.Document is null,
        ChangedAt = state.ChangedAt,
        ChangedBy = state.ChangedBy,
        Comment = state.Comment,
    };
}
