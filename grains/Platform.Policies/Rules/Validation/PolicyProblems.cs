namespace Platform.Policies.Rules.Validation;

/// <summary>Collects problems.</summary>
internal sealed class PolicyProblems
{
    private readonly List<PolicyProblem> _problems = [];

    /// <summary>Whether there is anything that keeps the set from being stored.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Adds an error.</summary>
    public void Error(int? rule, string? member, string message)
    {
        HasErrors = true;
        _problems.Add(new PolicyProblem(ProblemSeverity.Error, rule, member, message));
    }

    /// <summary>Adds a warning.</summary>
    public void Warn(int? rule, string? member, string message) => _problems.Add(new PolicyProblem(ProblemSeverity.Warning, rule, member, message));

    /// <summary>All of them: those of the set, then those of its rules in their order.</summary>
    public IReadOnlyList<PolicyProblem> InOrder() => [.. _problems.OrderBy(problem => problem.Rule ?? -1)];
}
