using Platform.Api.Http.Access;
using Platform.Api.Policies.Subjects;
using Platform.Grains.Policies;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.Filter;

/// <summary>
/// What the operator denies at the platform's own endpoints, over and above their own rules: the set of the service <c>platform</c>. It
/// holds deny rules alone, so that it can close what an endpoint's rule opens and never open what that closes.
/// </summary>
internal sealed class OwnPolicies(IPolicyCheck policies, PolicySubjects subjects, TimeProvider time)
{
    /// <summary>Has the set read by whoever finds out who calls, of the same instant. Endpoints that nobody is looked up for ask nothing.</summary>
    public static void Ask(HttpContext context)
    {
        if (AccessRule.Of(context) is { } rule && rule != AccessRule.AnyoneUnseen && context.FindPolicyQuestion() is null)
        {
            context.Ask(PolicyQuestion.OfService(ServiceName.Platform));
        }
    }

    /// <summary>Why the request is kept out; null where it is not.</summary>
    public async ValueTask<OwnDenial?> FindDenialAsync(HttpContext context)
    {
        if (context.FindPolicyQuestion() is not { } question || question.Service != ServiceName.Platform)
        {
            return null;
        }

        // Nobody was looked up, or whoever came was not, or no longer, alive.
        var facts = question.Facts ?? await policies.ReadAsync(question, context.RequestAborted);
        if (facts.Set is not { } set)
        {
            return null;
        }

        var request = context.Request;
        if (!RequestUrl.TryNormalise(request.Scheme, request.Host.ToUriComponent(), request.Path.ToUriComponent(), out var url, out var fault))
        {
            return new OwnDenial(null, fault);
        }

        var decision = set.Compiled.Decide(new PolicyRequest(
            request.Method, url!, subjects.Of(context.FindPrincipal()), context.Connection.RemoteIpAddress, time.GetUtcNow()));
        return decision.Outcome == PolicyOutcome.Denied ? new OwnDenial(decision.Rule!.Id, null) : null;
    }
}

/// <summary>Why a request to an endpoint of the platform is kept out.</summary>
/// <param name="Rule">The rule that denies it; null where the path can be read in more than one way.</param>
/// <param name="Fault">What is wrong with the path; null where a rule denies it.</param>
internal sealed record OwnDenial(string? Rule, string? Fault);

/// <summary>Sets the question about the platform's own policies before anybody finds out who calls.</summary>
internal sealed class PolicyQuestions(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        OwnPolicies.Ask(context);
        return next(context);
    }
}
