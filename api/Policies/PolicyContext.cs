using Platform.Grains.Policies;

namespace Platform.Api.Policies;

/// <summary>What a request asks of the policies. Whoever finds out who calls has it answered by the same query.</summary>
internal static class PolicyContext
{
    /// <summary>The question of this request; null where it asks nothing.</summary>
    public static PolicyQuestion? FindPolicyQuestion(this HttpContext context) => context.Features.Get<PolicyQuestion>();

    /// <summary>Sets the question, before anybody finds out who calls.</summary>
    public static void Ask(this HttpContext context, PolicyQuestion question) => context.Features.Set(question);
}
