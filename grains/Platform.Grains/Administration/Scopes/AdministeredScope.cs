using System.Collections.Immutable;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Scopes;

/// <summary>A scope as those who administer it see it.</summary>
/// <param name="Scope">What is stored of it.</param>
/// <param name="IsOpen">Whether it and all above it can be entered now.</param>
/// <param name="Allowed">What the actor may do in it, ordered.</param>
/// <param name="Children">How many scopes lie right below it, of those that the actor may know of.</param>
/// <param name="Tag">Its entity tag, for conditions of changes.</param>
public sealed record AdministeredScope(ScopeSnapshot Scope, bool IsOpen, ImmutableArray<Permission> Allowed, int Children, string Tag)
{
    /// <summary>Whether the actor may do something in it.</summary>
    public bool Allows(Permission permission) => Allowed.Contains(permission);
}

/// <summary>Where a scope is in its life.</summary>
public enum ScopeLife
{
    /// <summary>It can be entered, as far as it says itself.</summary>
    Open,

    /// <summary>It has not begun.</summary>
    Planned,

    /// <summary>It is closed for a while.</summary>
    Suspended,

    /// <summary>Its end has come.</summary>
    Ended,

    /// <summary>It is closed for good.</summary>
    Archived,
}

/// <summary>Which scopes to list.</summary>
public sealed record ScopeQuery
{
    /// <summary>Only what lies below this scope; null: all.</summary>
    public ScopePath? Below { get; init; }

    /// <summary>Only what lies right below <see cref="Below"/>, or the roots where it is null.</summary>
    public bool DirectlyBelow { get; init; }

    /// <summary>Only those whose path, display name or description holds this text, whatever its letter case; null: all.</summary>
    public string? Text { get; init; }

    /// <summary>Only those of this kind; null: all.</summary>
    public ScopeKind? Kind { get; init; }

    /// <summary>Only those that are at this point of their life; null: all.</summary>
    public ScopeLife? Life { get; init; }

    /// <summary>Only those in which the actor may do this; null: all that they may know of.</summary>
    public Permission? Allowing { get; init; }

    /// <summary>Which part of the list, which is ordered by path.</summary>
    public PageRequest Page { get; init; } = new();
}

/// <summary>A scope to make.</summary>
/// <param name="Path">Where.</param>
public sealed record NewScope(ScopePath Path)
{
    /// <summary>Its name; null: the path's last name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Its description; null: none.</summary>
    public string? Description { get; init; }

    /// <summary>Who finds it in a list.</summary>
    public ScopeVisibility Visibility { get; init; }

    /// <summary>How people become members.</summary>
    public ScopeAdmission Admission { get; init; }

    /// <summary>What callers without a session may do in it.</summary>
    public ImmutableArray<string> Anonymous { get; init; } = [];

    /// <summary>When it begins; null: at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it ends; null: not.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>What to change of a scope; what is null stays as it is.</summary>
public sealed record ScopeChange
{
    /// <summary>Its name; null in it: the path's last name.</summary>
    public Given<string?>? DisplayName { get; init; }

    /// <summary>Its description; null in it: none.</summary>
    public Given<string?>? Description { get; init; }

    /// <summary>Who finds it in a list.</summary>
    public Given<ScopeVisibility>? Visibility { get; init; }

    /// <summary>How people become members.</summary>
    public Given<ScopeAdmission>? Admission { get; init; }

    /// <summary>What callers without a session may do in it.</summary>
    public Given<ImmutableArray<string>>? Anonymous { get; init; }

    /// <summary>When it begins; null in it: at once.</summary>
    public Given<DateTimeOffset?>? StartsAt { get; init; }

    /// <summary>When it ends; null in it: not.</summary>
    public Given<DateTimeOffset?>? EndsAt { get; init; }
}

/// <summary>A VRE that was moved.</summary>
/// <param name="Scope">Where it is now.</param>
/// <param name="From">Where it was.</param>
/// <param name="Members">How many people and clients moved with it.</param>
/// <param name="Documents">How many documents moved with it.</param>
/// <param name="PolicySets">The services whose policy sets still name the old path.</param>
public sealed record MovedScope(AdministeredScope Scope, ScopePath From, int Members, int Documents, ImmutableArray<string> PolicySets);
