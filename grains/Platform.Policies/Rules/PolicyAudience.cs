using System.Collections.Immutable;

namespace Platform.Policies.Rules;

/// <summary>Of whom a rule speaks: one of the alternatives of its <see cref="PolicyRule.Who"/>.</summary>
public sealed record PolicyAudience
{
    /// <summary>What kind it is.</summary>
    public required AudienceKind Kind { get; init; }

    /// <summary>With <see cref="AudienceKind.Named"/>: user names of the local directory, or <c>directory:id</c>; empty: any.</summary>
    public ImmutableArray<string> Users { get; init; } = [];

    /// <summary>With <see cref="AudienceKind.Named"/>: scopes whose members are meant, or groups that the operator named; empty: any.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>With <see cref="AudienceKind.Named"/>: roles, one of which is held; empty: any.</summary>
    public ImmutableArray<RoleInScope> Roles { get; init; } = [];

    /// <summary>With <see cref="AudienceKind.Named"/>: OAuth scopes, all of which a token has to be for; sessions are not limited to any.</summary>
    public ImmutableArray<string> OAuthScopes { get; init; } = [];

    /// <summary>With <see cref="AudienceKind.Named"/>: OAuth clients, with one of which the call was made; empty: any, and none.</summary>
    public ImmutableArray<string> Clients { get; init; } = [];

    /// <summary>Everyone.</summary>
    public static PolicyAudience Anyone { get; } = new() { Kind = AudienceKind.Anyone };

    /// <summary>Whoever has valid credentials.</summary>
    public static PolicyAudience Authenticated { get; } = new() { Kind = AudienceKind.Authenticated };
}

/// <summary>What a <see cref="PolicyAudience"/> is.</summary>
public enum AudienceKind
{
    /// <summary>Everyone.</summary>
    Anyone,

    /// <summary>Callers without valid credentials.</summary>
    Anonymous,

    /// <summary>Callers with valid credentials.</summary>
    Authenticated,

    /// <summary>Callers with valid credentials for whom everything that is given holds.</summary>
    Named,

    /// <summary>Callers with valid credentials whom the registered policy documents let do this method on this URL.</summary>
    Documents,
}

/// <summary>A role in a scope.</summary>
/// <param name="Role">One of the roles that scopes know.</param>
/// <param name="Scope">The scope's path; names that begin with <c>:</c> are taken from the path of the request.</param>
public sealed record RoleInScope(string Role, string Scope);
