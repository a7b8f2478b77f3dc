using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.Policies.Subjects;
using Platform.Grains.Policies;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// Forward authentication: a reverse proxy asks of each request whether it may pass. The steps: <see cref="ForwardMiddleware"/> reads what is asked
/// about; the credentials of that request say who calls, or else the cookie of its host does; the policies of that host, of the same
/// instant, decide; the answer says it in the proxy's way.
/// </summary>
internal sealed partial class ForwardEndpoints(
    IPolicyCheck policies, PolicySubjects subjects, HostSessions hostSessions, ForwardAnswers answers, TimeProvider time, ILogger<ForwardEndpoints> logger)
{
    /// <summary>What the paths of all of them begin with.</summary>
    public const string Path = "/forward";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ForwardEndpoints>();
        routes.MapMethods(Path + "/nginx", ["GET", "HEAD"], endpoints.DecideAsync)
            .ForProxy(ForwardProxy.Nginx).ForAnyone().Offering(Offers.Own)
            .Describe("ForwardNginx", "Whether a request may pass, for nginx's auth_request.", endpoints.DecideAsync, 200, 401, 403, 503)
            .TakesHeader("X-Original-URL", "The URL that was asked for.")
            .TakesHeader("X-Original-Method", "The method.");
        routes.MapMethods(Path + "/traefik", ["GET", "HEAD"], endpoints.DecideAsync)
            .ForProxy(ForwardProxy.Traefik).ForAnyone().Offering(Offers.Own)
            .Describe("ForwardTraefik", "Whether a request may pass, for Traefik, Caddy and others that hand a refusal on.", endpoints.DecideAsync, 200, 302, 400, 401, 403, 503)
            .TakesHeader("X-Forwarded-Method", "The method.")
            .TakesHeader("X-Forwarded-Proto", "The scheme.")
            .TakesHeader("X-Forwarded-Host", "The host, with a port that is not the scheme's default.")
            .TakesHeader("X-Forwarded-Uri", "Path and query.");
        routes.Map(AppendedTarget.Endpoint, endpoints.DecideAsync)
            .ForProxy(ForwardProxy.Envoy).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
    }

    private async Task DecideAsync(HttpContext context)
    {
        var request = context.GetForwarded();
        var question = context.FindPolicyQuestion()!;
        var principal = context.FindPrincipal() ?? await hostSessions.FindAsync(context, request, question);
        var facts = question.Facts ?? await policies.ReadAsync(question, context.RequestAborted);
        if (facts.Set is not { } set)
        {
            LogRefused(facts.Service, PolicyOutcome.NoRule, null);
            await answers.DenyAsync(context, ForwardErrors.UnknownHost);
            return;
        }

        var asked = new PolicyRequest(request.Method, request.Url, subjects.Of(principal), request.Address, time.GetUtcNow(), facts.Documents);
        var decision = set.Compiled.Decide(asked);
        if (decision.IsAllowed)
        {
            await answers.LetThroughAsync(context, principal, decision, set.Compiled.Set.CacheFor);
            return;
        }

        LogRefused(set.Service, decision.Outcome, decision.Rule?.Id);
        if (principal is null)
        {
            await answers.AskForLoginAsync(context, request, maxAge: null);
        }
        else if (set.Compiled.Explain(asked).SessionAgeNeeded is { } maxAge)
        {
            await answers.AskForLoginAsync(context, request, maxAge);
        }
        else
        {
            await answers.DenyAsync(context, ForwardErrors.Denied);
        }
    }
}
