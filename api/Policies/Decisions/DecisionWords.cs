using Platform.Policies.Decisions;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Decisions;

/// <summary>Decisions in words.</summary>
internal static class DecisionWords
{
    /// <summary>What happens where a service has no set.</summary>
    public const string NoSet = "The service has no policy set, and everything there is denied.";

    /// <summary>What happens where there is no such subject.</summary>
    public const string NoSubject = "There is no such user or client, or they may not call.";

    /// <summary>The outcome's name in documents.</summary>
    public static string NameOf(PolicyOutcome outcome) => outcome switch
    {
        PolicyOutcome.Allowed => "allowed",
        PolicyOutcome.Denied => "denied",
        PolicyOutcome.Encoding => "encoding",
        _ => "no-rule",
    };

    /// <summary>Why, for those who look after the rules.</summary>
    public static string WhyForAdministrators(PolicyDecision decision) => decision switch
    {
        { Outcome: PolicyOutcome.Allowed, Rule: { } rule } => $"Rule '{rule.Id}' lets it through.",
        { Outcome: PolicyOutcome.Denied, Rule: { } rule } => $"Rule '{rule.Id}' keeps it out.",
        { Outcome: PolicyOutcome.Encoding, Rule: { } rule } => $"Rule '{rule.Id}' would let it through, but takes no path that is encoded like this.",
        _ => "No rule lets it through.",
    };

    /// <summary>Why, for those who are refused: nothing of the rules.</summary>
    public static string WhyForUsers(PolicyExplanation explanation) =>
        explanation.Decision.IsAllowed ? "You may do this."
        : explanation.CredentialsMightHelp ? "You may not do this as you are; a login, a more recent or a stronger one may help."
        : "You may not do this.";

    /// <summary>What would let a refused request through, each way in words.</summary>
    public static IEnumerable<string> WhatWouldHelp(PolicyExplanation explanation)
    {
        if (explanation.Decision.IsAllowed)
        {
            yield break;
        }

        // While a deny rule applies, nothing that an allow rule asks for helps.
        var denying = explanation.Matches.Where(match => match.Rule.Effect == PolicyEffect.Deny && match.Unmet.IsEmpty).Select(match => match.Rule.Id).ToList();
        if (denying.Count > 0)
        {
            yield return $"not to be kept out by {string.Join(", ", denying.Select(id => $"rule '{id}'"))}";
            yield break;
        }

        foreach (var match in explanation.Matches.Where(match => match.Rule.Effect == PolicyEffect.Allow && !match.Unmet.IsEmpty))
        {
            yield return $"rule '{match.Rule.Id}': {string.Join("; and ", match.Unmet.Select(unmet => unmet.Text))}";
        }
    }

    /// <summary>The kind of what is unmet, by its name in documents.</summary>
    public static string NameOf(UnmetKind kind) => kind switch
    {
        UnmetKind.OAuthScope => "oauth-scope",
        UnmetKind.SessionAge => "session-age",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
