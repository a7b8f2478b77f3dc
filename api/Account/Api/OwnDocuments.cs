using System.Collections.Immutable;
using Platform.Api.Administration.Members;
using Platform.Grains.Administration.Members;
using Platform.Grains.Scopes;

namespace Platform.Api.Account.Api;

/// <summary>A scope that the caller belongs to, on the wire.</summary>
internal sealed record OwnScopeDocument(
    string Path,
    string Id,
    string DisplayName,
    ImmutableArray<string> Roles,
    DateTimeOffset? Until,
    bool Suspended,
    bool Open,
    bool MayEnter,
    ImmutableArray<string> TermsDue)
{
    public static OwnScopeDocument Of(OwnScope own) => new(
        own.Scope.Path.Value,
        own.Scope.Path.ToSegment(),
        own.Scope.DisplayName,
        own.Roles,
        own.Memberships.Any(membership => membership.Until is null) ? null : own.Memberships.Max(membership => membership.Until),
        own.Suspended,
        own.IsOpen,
        own.MayEnter,
        [.. own.TermsDue.Select(path => path.Value)]);
}

/// <summary>A scope that the caller may join or ask to join, on the wire.</summary>
internal sealed record JoinableScopeDocument(
    string Path, string Id, string DisplayName, string? Description, ScopeAdmission Admission, bool Requested)
{
    public static JoinableScopeDocument Of(JoinableScope joinable) => new(
        joinable.Scope.Path.Value,
        joinable.Scope.Path.ToSegment(),
        joinable.Scope.DisplayName,
        joinable.Scope.Description,
        joinable.Scope.Admission,
        joinable.IsRequested);
}

/// <summary>A request of the caller's own, on the wire.</summary>
internal sealed record OwnRequestDocument(
    string Path, string? DisplayName, string? Message, DateTimeOffset RequestedAt, DateTimeOffset? RejectedAt, string? Answer)
{
    public static OwnRequestDocument Of(OwnRequest request) =>
        new(request.Path.Value, request.Scope?.DisplayName, request.Message, request.RequestedAt, request.RejectedAt, request.Answer);
}

/// <summary>An acceptable-use policy that concerns the caller, on the wire.</summary>
internal sealed record OwnTermsDocument(string Scope, string DisplayName, int Version, int? SignedVersion, DateTimeOffset? SignedAt, bool Due)
{
    public static OwnTermsDocument Of(OwnTerms terms) => new(
        terms.Scope.Path.Value, terms.Scope.DisplayName, terms.Version, terms.Signature?.Version, terms.Signature?.SignedAt, terms.IsDue);
}

/// <summary>A list that is whole.</summary>
internal sealed record WholeList<T>(IReadOnlyList<T> Items);

/// <summary>What is said with a request.</summary>
internal sealed record RequestBody
{
    public string? Message { get; init; }
}

/// <summary>What opens an invitation.</summary>
/// <param name="Secret">The secret: never in a URL.</param>
internal sealed record InvitationBody(string Secret);

/// <summary>What is signed.</summary>
/// <param name="Version">The version that was read.</param>
internal sealed record SignatureBody(int Version);

/// <summary>What the caller is told, on the wire.</summary>
internal sealed record OwnNoticesDocument(ImmutableArray<EndDocument> Ends, ImmutableArray<OwnTermsDocument> TermsDue);
