using Platform.Policies.Decisions.Index;

namespace Platform.Policies.Rules.Validation;

/// <summary>What is wrong with conditions.</summary>
internal static class ConditionValidation
{
    private const string Member = "conditions";

    /// <summary>Finds it.</summary>
    public static void Check(PolicyConditions conditions, PolicyEffect effect, int rule, PolicyProblems problems)
    {
        if (conditions.From >= conditions.Until)
        {
            problems.Error(rule, Member, "'until' has to be later than 'from'");
        }

        if (conditions.Hours is { } hours && !TimeZoneInfo.TryFindSystemTimeZoneById(hours.TimeZone, out _))
        {
            problems.Error(rule, Member, "'timeZone' is no IANA time zone that this node knows");
        }

        if (conditions.Addresses.Any(address => !Network.TryParse(address, out _)))
        {
            problems.Error(rule, Member, "'addresses' are addresses, or networks as 'address/bits'");
        }

        if (conditions.MaxSessionAge is { } age)
        {
            if (age <= TimeSpan.Zero)
            {
                problems.Error(rule, Member, "'maxSessionAge' has to be more than nothing");
            }

            if (effect == PolicyEffect.Deny)
            {
                problems.Warn(rule, Member, "with 'maxSessionAge' a deny rule keeps out those whose login is recent, not those whose login is old");
            }
        }

        if (conditions.Strengths.Any(strength => string.IsNullOrWhiteSpace(strength)))
        {
            problems.Error(rule, Member, "'strengths' are values of 'acr'");
        }
    }
}
