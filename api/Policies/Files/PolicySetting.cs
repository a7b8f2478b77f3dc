using Platform.Api.Policies.Subjects;
using Platform.Grains.Policies;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Files;

/// <summary>What is wrong with a set where it is to be used: at this service, with these groups.</summary>
internal static class PolicySetting
{
    /// <summary>Problems beside those that the set has by itself.</summary>
    public static IEnumerable<PolicyProblem> FindProblems(PolicySet set, ServiceName service, PolicyGroups groups)
    {
        var isOwn = service == ServiceName.Platform;
        if (isOwn && !set.Hosts.IsEmpty)
        {
            yield return new PolicyProblem(ProblemSeverity.Error, null, "hosts", $"the service '{service}' is the platform itself, which is at no other hosts");
        }

        for (var index = 0; index < set.Rules.Length; index++)
        {
            var rule = set.Rules[index];
            if (isOwn && rule.Effect == PolicyEffect.Allow)
            {
                // Its endpoints say by themselves whom they let in; a rule that seems to do so would be a promise that nothing keeps.
                yield return new PolicyProblem(ProblemSeverity.Error, index, "effect", $"the set of the service '{service}' takes deny rules alone: its endpoints have rules of their own");
            }

            foreach (var group in rule.Who.SelectMany(who => who.Groups).Where(group => !groups.TryFind(group, out _)).Distinct())
            {
                // Of a deny rule too: on another node the group may be there, and on this one the rule would keep nobody out.
                yield return new PolicyProblem(ProblemSeverity.Error, index, "who", $"'{group}' is neither a scope's path nor a group of the setting {PolicyOptions.Section}:Groups");
            }
        }
    }
}
