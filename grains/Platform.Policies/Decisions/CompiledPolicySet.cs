using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.Decisions;

/// <summary>A policy set as an immutable index: what a decision costs does not grow with the number of rules.</summary>
public sealed class CompiledPolicySet
{
    private CompiledPolicySet(PolicySet set) => Set = set;

    /// <summary>The set.</summary>
    public PolicySet Set { get; }

    /// <summary>Compiles a set that <see cref="PolicyValidation.FindProblems"/> found no error in.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static CompiledPolicySet Compile(PolicySet set) => new(set);

    /// <summary>Decides.</summary>
    public PolicyDecision Decide(in PolicyRequest request) => throw new NotImplementedException();

    /// <summary>Decides, and says why and what would change it.</summary>
    public PolicyExplanation Explain(in PolicyRequest request) => throw new NotImplementedException();
}
