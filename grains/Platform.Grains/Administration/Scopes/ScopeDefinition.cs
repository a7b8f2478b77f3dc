using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Administration.Scopes;

/// <summary>What a VRE shall be, as its designer defines it.</summary>
public sealed record VreDefinition
{
    /// <summary>Its name; null: the path's last name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Its description; null: none.</summary>
    public string? Description { get; init; }

    /// <summary>Who designs it: a local user name, or <c>directory:id</c>; null: who defines it.</summary>
    public string? Designer { get; init; }

    /// <summary>Who will manage it: a local user name, or <c>directory:id</c>.</summary>
    public string Manager { get; init; } = "";

    /// <summary>When it begins; null: at once.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it ends; null: not.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Who finds it in a list.</summary>
    public ScopeVisibility Visibility { get; init; }

    /// <summary>How people become members.</summary>
    public ScopeAdmission Admission { get; init; }

    /// <summary>A word to those who approve it; null: none.</summary>
    public string? Message { get; init; }
}

/// <summary>The definition of a VRE that waits for approval, or was rejected.</summary>
/// <param name="Path">Where the VRE will be.</param>
/// <param name="Definition">What it shall be; designer and manager as <c>directory:id</c>.</param>
/// <param name="Designer">Who designs it.</param>
/// <param name="Manager">Who will manage it.</param>
/// <param name="DefinedAt">When it was last sent (UTC).</param>
/// <param name="DefinedBy">Who sent it, as the audit names them.</param>
/// <param name="RejectedAt">When it was rejected (UTC); null: it waits.</param>
/// <param name="RejectedBy">Who rejected it.</param>
/// <param name="Reason">Why it was rejected.</param>
/// <param name="MayApprove">Whether the actor may approve and reject it.</param>
/// <param name="MayChange">Whether the actor may change and withdraw it.</param>
/// <param name="Tag">Its entity tag, for conditions of changes.</param>
public sealed record AdministeredDefinition(
    ScopePath Path,
    VreDefinition Definition,
    KnownUser Designer,
    KnownUser Manager,
    DateTimeOffset DefinedAt,
    string DefinedBy,
    DateTimeOffset? RejectedAt,
    string? RejectedBy,
    string? Reason,
    bool MayApprove,
    bool MayChange,
    string Tag);

/// <summary>A user, or a client as a member, with what is known of them.</summary>
/// <param name="Key">Directory and id.</param>
/// <param name="UserName">The name, as the directory spells it; a client's id.</param>
/// <param name="DisplayName">The full name; a client's name.</param>
/// <param name="Mail">The mail address; null where there is none.</param>
/// <param name="Disabled">Whether they cannot log in.</param>
public sealed record KnownUser(UserKey Key, string UserName, string DisplayName, string? Mail, bool Disabled);
