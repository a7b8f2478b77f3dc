using Platform.Policies.Rules.Validation;

namespace Platform.Policies.Rules;

/// <summary>What is wrong with a policy set, all of it at once.</summary>
public static class PolicyValidation
{
    /// <summary>The rules that a set may have.</summary>
    public const int MaxRules = 20_000;

    /// <summary>The rules of a set that may be regular expressions which begin with no segment of their own, since each of them is tried on every path.</summary>
    public const int MaxLooseRegexes = 500;

    /// <summary>The longest path, or URL, of a rule, in characters.</summary>
    public const int MaxPatternLength = 1_000;

    /// <summary>The longest time that proxies may be let keep a yes.</summary>
    public static TimeSpan MaxCacheFor { get; } = TimeSpan.FromHours(1);

    /// <summary>Errors, which keep a set from being stored, and warnings, which do not: rules that are shadowed by others or ambiguous beside them.</summary>
    public static IReadOnlyList<PolicyProblem> FindProblems(PolicySet set)
    {
        var problems = new PolicyProblems();
        SetValidation.Check(set, problems);
        for (var index = 0; index < set.Rules.Length; index++)
        {
            RuleValidation.Check(set, index, problems);
        }

        if (!problems.HasErrors)
        {
            OverlapValidation.Check(set, problems);
        }

        return problems.InOrder();
    }
}

/// <summary>Something wrong with a policy set.</summary>
/// <param name="Severity">How grave.</param>
/// <param name="Rule">The index of the rule, from 0; null: the set itself.</param>
/// <param name="Member">The member at fault by its name in the file, such as <c>path</c>; null: the whole.</param>
/// <param name="Message">What is wrong, in words.</param>
public sealed record PolicyProblem(ProblemSeverity Severity, int? Rule, string? Member, string Message);

/// <summary>How grave a problem is.</summary>
public enum ProblemSeverity
{
    /// <summary>The set works, and something of it has no effect, or not the one that it seems to have.</summary>
    Warning,

    /// <summary>The set cannot be stored.</summary>
    Error,
}
