using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Members;

/// <summary>The persisted shape of an invitation that was not used, keyed by the hash of its secret.</summary>
internal sealed record InvitationState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public string Scope { get; init; } = "";

    public ImmutableArray<string> Roles { get; init; } = [];

    public DateTimeOffset? MemberUntil { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it, as the audit names them.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>The user key of who made it; null: the operator.</summary>
    public string? Inviter { get; init; }

    public string? Note { get; init; }

    public Invitation ToInvitation(string id) => new(id, new ScopePath(Scope), Roles, MemberUntil, EndsAt, CreatedAt, CreatedBy, Note);
}
