using System.Collections.Immutable;
using Platform.Policies.Rules;

namespace Platform.Policies.Decisions;

/// <summary>What a set decided, and by which rule.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Rule">The rule that decided; null where none did.</param>
public readonly record struct PolicyDecision(PolicyOutcome Outcome, PolicyRule? Rule)
{
    /// <summary>Whether the request may pass.</summary>
    public bool IsAllowed => Outcome == PolicyOutcome.Allowed;
}

/// <summary>How a decision came out. Only <see cref="Allowed"/> is a yes.</summary>
public enum PolicyOutcome
{
    /// <summary>No rule lets it through.</summary>
    NoRule,

    /// <summary>A rule keeps it out.</summary>
    Denied,

    /// <summary>A rule would let it through, but for how its path is encoded.</summary>
    Encoding,

    /// <summary>A rule lets it through.</summary>
    Allowed,
}

/// <summary>Why a decision came out as it did, and what would change it.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Matches">All rules that speak of this method and URL, those that decide first.</param>
public sealed record PolicyExplanation(PolicyDecision Decision, ImmutableArray<RuleMatch> Matches)
{
    /// <summary>For a refusal by <see cref="PolicyOutcome.NoRule"/>: whether some caller would be let through who has more, by credentials alone.</summary>
    public bool CredentialsMightHelp => Matches.Any(match => match.Rule.Effect == PolicyEffect.Allow && match.Unmet.Length > 0 && match.Unmet.All(unmet => unmet.Kind is UnmetKind.Login or UnmetKind.SessionAge or UnmetKind.Strength));

    /// <summary>The longest session age that would let the caller through, where that alone keeps them out; null: it does not.</summary>
    public TimeSpan? SessionAgeNeeded => Decision.Outcome != PolicyOutcome.NoRule ? null : Matches
        .Where(match => match.Rule.Effect == PolicyEffect.Allow && match.Unmet.Length > 0 && match.Unmet.All(unmet => unmet.Kind == UnmetKind.SessionAge))
        .Max(match => match.Rule.Conditions!.MaxSessionAge);
}

/// <summary>A rule that speaks of a request, and what of it does not hold.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Unmet">What does not hold, the nearest way to meet its audience; empty: the rule applies.</param>
public sealed record RuleMatch(PolicyRule Rule, ImmutableArray<Unmet> Unmet);

/// <summary>Something that a rule asks for and the request does not have.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Text">What, in words, such as <c>role VRE-Manager in /infra/VO/VRE</c>.</param>
public sealed record Unmet(UnmetKind Kind, string Text);

/// <summary>What a request may lack.</summary>
public enum UnmetKind
{
    /// <summary>Valid credentials.</summary>
    Login,

    /// <summary>To be nobody.</summary>
    Anonymity,

    /// <summary>To be one of the users.</summary>
    User,

    /// <summary>A membership.</summary>
    Group,

    /// <summary>A role.</summary>
    Role,

    /// <summary>An OAuth scope.</summary>
    OAuthScope,

    /// <summary>To come with one of the clients.</summary>
    Client,

    /// <summary>A policy document that allows it.</summary>
    Document,

    /// <summary>Another time.</summary>
    Time,

    /// <summary>Another address.</summary>
    Address,

    /// <summary>A more recent login.</summary>
    SessionAge,

    /// <summary>A stronger login.</summary>
    Strength,

    /// <summary>A path that is encoded more plainly.</summary>
    Encoding,
}
