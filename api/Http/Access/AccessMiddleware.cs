using Platform.Api.Administration.Http;
using Platform.Api.Http.Wire;
using Platform.Api.Policies.Filter;
using Platform.Api.Sessions;

namespace Platform.Api.Http.Access;

/// <summary>
/// Lets a request through to its endpoint where the endpoint's rule allows it and no policy of the operator denies it, and where the endpoint
/// has a format that the request accepts, so that nothing takes effect whose answer could not be given. An endpoint without a rule is refused
/// (invariant 7).
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, Challenges challenges, OwnPolicies policies)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Routing's own endpoints for 405 and 415 are no RouteEndpoint, and neither needs a rule.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }

        if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            return Problems.WriteAsync(context, HttpErrors.NoRule);
        }

        // Who may run commands here could change the database itself; neither rules nor policies keep them out.
        if (context.Features.Get<OperatorActor>() is not null && endpoint.Metadata.GetMetadata<OperatorAccess>() is not null)
        {
            return next(context);
        }

        if (rule == AccessRule.Session && context.FindCaller() is null)
        {
            return Problems.WriteAsync(context, SessionErrors.SessionRequired);
        }

        if (rule == AccessRule.Principal)
        {
            var needed = endpoint.Metadata.GetMetadata<NeededOAuthScope>();
            if (context.FindPrincipal() is not { } principal)
            {
                return challenges.RequireLoginAsync(context, needed?.Value, AccessErrors.LoginRequired);
            }

            if (needed is not null && !needed.IsHeldBy(principal))
            {
                return challenges.RequireOAuthScopeAsync(context, needed.Value);
            }
        }

        var asked = policies.FindDenialAsync(context);
        return asked.IsCompletedSuccessfully ? DecideAsync(context, endpoint, asked.Result) : AwaitedAsync(context, endpoint, asked);
    }

    private async Task AwaitedAsync(HttpContext context, RouteEndpoint endpoint, ValueTask<OwnDenial?> asked) =>
        await DecideAsync(context, endpoint, await asked);

    private Task DecideAsync(HttpContext context, RouteEndpoint endpoint, OwnDenial? denial)
    {
        switch (denial)
        {
            case null:
                return OfferAsync(context, endpoint);
            case { Rule: null }:
                return Problems.WriteAsync(context, HttpErrors.MalformedTarget, place: denial.Fault);
            case { } when context.FindPrincipal() is null:
                challenges.Ask(context);
                return Problems.WriteAsync(context, AccessErrors.DeniedUntilLogin, $"The rule '{denial.Rule}' denies it.");
            default:
                return Problems.WriteAsync(context, AccessErrors.DeniedByPolicy, $"The rule '{denial.Rule}' denies it.");
        }
    }

    private Task OfferAsync(HttpContext context, RouteEndpoint endpoint)
    {
        var offers = endpoint.Metadata.GetMetadata<Offers>() ?? Offers.JsonFirst;
        return offers.Formats.Length > 0 && Negotiation.Choose(context.Request.Headers.Accept, offers) is null
            ? Problems.WriteAsync(context, HttpErrors.NotAcceptable)
            : next(context);
    }
}
