using System.Collections.Immutable;

namespace Platform.Grains.Scopes;

/// <summary>The persisted shape of a user's memberships, ordered by scope (ordinal) and source.</summary>
internal sealed record MembershipsState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 2;

    public ImmutableArray<MembershipState> Items { get; init; } = [];

    /// <summary>Requests that wait for an answer, and the answers of late, ordered by scope; one for each scope.</summary>
    public ImmutableArray<JoinRequestState> Requests { get; init; } = [];

    /// <summary>The newest signature for each scope that asks for one, ordered by scope.</summary>
    public ImmutableArray<TermsSignatureState> Signatures { get; init; } = [];

    public MembershipIndex ToIndex() => new(
        [.. Items.Select(item => item.ToMembership())], [.. Signatures.Select(signature => signature.ToSignature())]);

    /// <summary>The membership of a scope that was given on the platform; null: none was.</summary>
    public MembershipState? FindOwn(ScopePath scope) => Items.FirstOrDefault(item => item.Source is null && item.Scope == scope.Value);

    /// <summary>The request to join a scope; null: there is none.</summary>
    public JoinRequestState? FindRequest(ScopePath scope) => Requests.FirstOrDefault(request => request.Scope == scope.Value);

    /// <summary>With a membership of the platform's own, in place of the one before.</summary>
    public MembershipsState WithOwn(Membership membership) =>
        With(WithoutOwn(membership.Scope).Items.Append(MembershipState.From(membership with { Source = null })));

    /// <summary>Without the platform's own membership of a scope.</summary>
    public MembershipsState WithoutOwn(ScopePath scope) => With(Items.Where(item => item.Source is not null || item.Scope != scope.Value));

    /// <summary>With a request, in place of the one before.</summary>
    public MembershipsState WithRequest(JoinRequestState request) => this with
    {
        Requests = [.. Requests.Where(other => other.Scope != request.Scope).Append(request).OrderBy(other => other.Scope, StringComparer.Ordinal)],
    };

    /// <summary>Without the request to join a scope.</summary>
    public MembershipsState WithoutRequest(ScopePath scope) => this with { Requests = Requests.RemoveAll(request => request.Scope == scope.Value) };

    /// <summary>With a signature, in place of the one before.</summary>
    public MembershipsState WithSignature(TermsSignatureState signature) => this with
    {
        Signatures = [.. Signatures.Where(other => other.Scope != signature.Scope).Append(signature).OrderBy(other => other.Scope, StringComparer.Ordinal)],
    };

    /// <summary>These items in their order.</summary>
    public MembershipsState With(IEnumerable<MembershipState> items) => this with
    {
        Items = [.. items.OrderBy(item => item.Scope, StringComparer.Ordinal).ThenBy(item => item.Source, StringComparer.Ordinal)],
    };
}

/// <summary>The persisted shape of one membership.</summary>
internal sealed record MembershipState
{
    public string Scope { get; init; } = "";

    public ImmutableArray<string> Roles { get; init; } = [];

    public DateTimeOffset? Until { get; init; }

    public string? Source { get; init; }

    public bool Suspended { get; init; }

    public DateTimeOffset? RequestedAt { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    public string? AcceptedBy { get; init; }

    public Membership ToMembership() => new(new ScopePath(Scope), Roles, Until, Source, Suspended, RequestedAt, AcceptedAt, AcceptedBy);

    public static MembershipState From(Membership membership) => new()
    {
        Scope = membership.Scope.Value,
        Roles = [.. membership.Roles.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        Until = membership.Until,
        Source = membership.Source,
        Suspended = membership.Suspended,
        RequestedAt = membership.RequestedAt,
        AcceptedAt = membership.AcceptedAt,
        AcceptedBy = membership.AcceptedBy,
    };

    /// <summary>Whether both say the same; records compare arrays by reference.</summary>
    public bool Same(MembershipState other) =>
        Scope == other.Scope && Until == other.Until && Source == other.Source && Suspended == other.Suspended
        && RequestedAt == other.RequestedAt && AcceptedAt == other.AcceptedAt && AcceptedBy == other.AcceptedBy
        && Roles.SequenceEqual(other.Roles, StringComparer.Ordinal);
}

/// <summary>The persisted shape of a request to join a scope.</summary>
internal sealed record JoinRequestState
{
    public string Scope { get; init; } = "";

    /// <summary>What the user said; null: nothing.</summary>
    public string? Message { get; init; }

    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it was rejected; null: it waits. An accepted one is a membership.</summary>
    public DateTimeOffset? RejectedAt { get; init; }

    public string? RejectedBy { get; init; }

    /// <summary>What the user is told; null: nothing.</summary>
    public string? Answer { get; init; }
}

/// <summary>The persisted shape of a signature under an acceptable-use policy.</summary>
internal sealed record TermsSignatureState
{
    public string Scope { get; init; } = "";

    public int Version { get; init; }

    public DateTimeOffset SignedAt { get; init; }

    public TermsSignature ToSignature() => new(new ScopePath(Scope), Version, SignedAt);
}
