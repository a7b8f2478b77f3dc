using System.Collections.Immutable;
using Platform.Api.Administration.Http;
using Platform.Api.Administration.Scopes;
using Platform.Grains.Administration.Members;

namespace Platform.Api.Administration.Members;

/// <summary>A member on the wire.</summary>
/// <param name="User">Who.</param>
/// <param name="Scope">The scope.</param>
/// <param name="Roles">All roles.</param>
/// <param name="Until">When the last of it ends; null: not.</param>
/// <param name="Suspended">Whether it is suspended.</param>
/// <param name="Directories">The directories whose groups make them a member.</param>
/// <param name="RequestedAt">When they asked; null: they did not.</param>
/// <param name="AcceptedAt">When they were made one; null: a directory did, or it was not kept.</param>
/// <param name="AcceptedBy">Who made them one.</param>
/// <param name="Etag">The entity tag, for changes.</param>
internal sealed record MemberDocument(
    UserDocument User,
    string Scope,
    ImmutableArray<string> Roles,
    DateTimeOffset? Until,
    bool Suspended,
    ImmutableArray<string> Directories,
    DateTimeOffset? RequestedAt,
    DateTimeOffset? AcceptedAt,
    string? AcceptedBy,
    string Etag)
{
    public static MemberDocument Of(AdministeredMember member) => new(
        UserDocument.Of(member.User),
        member.Scope.Value,
        member.Roles,
        member.Until,
        member.Suspended,
        member.Directories,
        member.Own?.RequestedAt,
        member.Own?.AcceptedAt,
        member.Own?.AcceptedBy,
        member.Tag);
}

/// <summary>A member to add.</summary>
/// <param name="User">Who: a local user name, or <c>directory:id</c>.</param>
internal sealed record NewMemberBody(string User)
{
    public ImmutableArray<string> Roles { get; init; } = [];

    public DateTimeOffset? Until { get; init; }
}

/// <summary>What to change of a membership (RFC 7396).</summary>
internal sealed record MemberChangeBody
{
    public Given<ImmutableArray<string>> Roles { get; init; }

    public Given<DateTimeOffset?> Until { get; init; }
}

/// <summary>What who is accepted gets.</summary>
internal sealed record AcceptanceBody
{
    public ImmutableArray<string> Roles { get; init; } = [];

    public DateTimeOffset? Until { get; init; }
}

/// <summary>What who is rejected is told.</summary>
internal sealed record RefusalBody
{
    public string? Message { get; init; }
}

/// <summary>A request to join on the wire.</summary>
internal sealed record JoinRequestDocument(
    UserDocument User, string Scope, string? Message, DateTimeOffset RequestedAt, DateTimeOffset? RejectedAt, string? Answer, string Etag)
{
    public static JoinRequestDocument Of(JoinRequest request) => new(
        UserDocument.Of(request.User), request.Scope.Value, request.Message, request.RequestedAt, request.RejectedAt, request.Answer, request.Tag);
}

/// <summary>An invitation to make.</summary>
internal sealed record NewInvitationBody
{
    public ImmutableArray<string> Roles { get; init; } = [];

    public DateTimeOffset? EndsAt { get; init; }

    public DateTimeOffset? MemberUntil { get; init; }

    public string? Note { get; init; }
}

/// <summary>An invitation on the wire.</summary>
internal sealed record InvitationDocument(
    string Id,
    string Scope,
    ImmutableArray<string> Roles,
    DateTimeOffset? MemberUntil,
    DateTimeOffset EndsAt,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    string? Note)
{
    public static InvitationDocument Of(Invitation invitation) => new(
        invitation.Id,
        invitation.Scope.Value,
        invitation.Roles,
        invitation.MemberUntil,
        invitation.EndsAt,
        invitation.CreatedAt,
        invitation.CreatedBy,
        invitation.Note);
}

/// <summary>An invitation as it is handed out, once.</summary>
/// <param name="Invitation">What it says.</param>
/// <param name="Secret">What opens it.</param>
/// <param name="Link">The page where it is used; what opens it stands behind the <c>#</c>, which is sent to nobody.</param>
internal sealed record IssuedInvitationDocument(InvitationDocument Invitation, string Secret, string Link);

/// <summary>Something that ends soon, on the wire.</summary>
internal sealed record EndDocument(DateTimeOffset EndsAt, string Scope, string DisplayName, UserDocument? Member)
{
    public static EndDocument Of(EndNotice notice) =>
        new(notice.EndsAt, notice.Scope.Path.Value, notice.Scope.DisplayName, notice.Member is { } member ? UserDocument.Of(member) : null);
}

/// <summary>What a manager is told, on the wire.</summary>
internal sealed record ManagerNoticesDocument(ImmutableArray<EndDocument> Ends, long Requests, long Definitions);
