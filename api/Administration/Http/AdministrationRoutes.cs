using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;

namespace Platform.Api.Administration.Http;

/// <summary>Answers a request of administration.</summary>
internal delegate Task<AdministrationAnswer> AdministrationHandler(AdministrationRequest request);

/// <summary>
/// The group of routes under <c>/admin/api</c>, under <c>/account/api</c>, or of runs: one rule for those that read, one for those that change, and
/// one beginning for all.
/// </summary>
internal sealed class AdministrationRoutes
{
    /// <summary>What administers one thing at a time needs no larger body.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly IEndpointRouteBuilder _routes;
    private readonly string _prefix;
    private readonly Func<IEndpointConventionBuilder, bool, IEndpointConventionBuilder> _rule;
    private readonly IdempotentAnswers _idempotent;

    /// <param name="routes">Where they are mapped.</param>
    /// <param name="prefix">What their paths begin with.</param>
    /// <param name="rule">Gives an endpoint its rule; whether it reads alone is the second argument.</param>
    private AdministrationRoutes(IEndpointRouteBuilder routes, string prefix, Func<IEndpointConventionBuilder, bool, IEndpointConventionBuilder> rule)
    {
        _routes = routes;
        _prefix = prefix;
        _rule = rule;
        _idempotent = routes.ServiceProvider.GetRequiredService<IdempotentAnswers>();
    }

    /// <summary>What the endpoints are made from.</summary>
    public IServiceProvider Services => _routes.ServiceProvider;

    /// <summary>For those who administer; tokens need the OAuth scope <c>admin</c>, or <c>admin:read</c> to read.</summary>
    public static AdministrationRoutes ForAdministrators(IEndpointRouteBuilder routes) => new(
        routes,
        "/admin/api",
        (endpoint, isReading) => ForPrincipal(endpoint.WithMetadata(OperatorAccess.Allowed), isReading, OAuthScopes.AdminRead, OAuthScopes.Admin));

    /// <summary>For what everyone who is logged in does for themselves; tokens do not reach it.</summary>
    public static AdministrationRoutes ForOneself(IEndpointRouteBuilder routes) => new(
        routes, "/account/api", (endpoint, _) => endpoint.WithMetadata(OperatorAccess.Allowed).ForSession());

    /// <summary>For members of scopes; tokens need the OAuth scope <c>runs</c>, or <c>runs:read</c> to read.</summary>
    public static AdministrationRoutes ForRuns(IEndpointRouteBuilder routes) => new(
        routes, "/runs", (endpoint, isReading) => ForPrincipal(endpoint, isReading, OAuthScopes.RunsRead, OAuthScopes.Runs));

    /// <summary>Maps what reads.</summary>
    /// <param name="pattern">The path below the group's, with its slash.</param>
    /// <param name="group">The group in the OpenAPI document.</param>
    /// <param name="name">The operation id, unique.</param>
    /// <param name="summary">What it does, in a sentence.</param>
    /// <param name="handler">What answers.</param>
    /// <param name="statuses">The statuses beside 200, 401, 403 and 503.</param>
    public IEndpointConventionBuilder MapGet(
        string pattern, string group, string name, string summary, AdministrationHandler handler, params ReadOnlySpan<int> statuses) =>
        Map(["GET", "HEAD"], pattern, group, name, summary, handler, 0, false, [200, 401, 403, .. statuses, 503])
            .AnswersDocument();

    /// <summary>Maps a list, by pages.</summary>
    public IEndpointConventionBuilder MapList(
        string pattern, string group, string name, string summary, AdministrationHandler handler, params ReadOnlySpan<int> statuses) =>
        MapGet(pattern, group, name, summary, handler, [400, .. statuses])
            .TakesQuery("limit", "How many items at most, 1 to 200; 50 otherwise.")
            .TakesQuery("cursor", "Where to go on: next of the page before.");

    /// <summary>Maps a POST that makes something; with an <c>Idempotency-Key</c> it makes it once.</summary>
    public IEndpointConventionBuilder MapCreate(
        string pattern, string group, string name, string summary, AdministrationHandler handler, params ReadOnlySpan<int> statuses) =>
        Map(["POST"], pattern, group, name, summary, handler, MaxBytes, true, [201, 400, 401, 403, 409, 413, 415, 422, .. statuses, 503])
            .TakesHeader(IdempotentAnswers.Header, "A key of the client's choice: the same request with it gets the same answer for 24 hours, and is done once.")
            .TakesDocument("application/json", required: true).AnswersDocument();

    /// <summary>Maps a POST, PUT, PATCH or DELETE.</summary>
    public IEndpointConventionBuilder MapChange(
        string method, string pattern, string group, string name, string summary, AdministrationHandler handler, params ReadOnlySpan<int> statuses) =>
        MapChange(method, MaxBytes, pattern, group, name, summary, handler, statuses);

    /// <summary>The same, where the body may be larger or smaller.</summary>
    public IEndpointConventionBuilder MapChange(
        string method, int maxBytes, string pattern, string group, string name, string summary, AdministrationHandler handler, params ReadOnlySpan<int> statuses)
    {
        var endpoint = Map([method], pattern, group, name, summary, handler, maxBytes, false, [200, 400, 401, 403, 409, 413, 415, .. statuses, 503])
            .TakesHeader("If-Match", "The entity tag that it has to have; 412 otherwise.");
        return method == "DELETE" ? endpoint : endpoint.TakesDocument("application/json", required: false).AnswersDocument();
    }

    /// <summary>Maps an endpoint that writes its answer itself, as a stream for instance, by the group's rule.</summary>
    public IEndpointConventionBuilder MapRaw(string method, string pattern, string group, string name, string summary, RequestDelegate handler, params int[] statuses) =>
        _rule(_routes.MapMethods(_prefix + pattern, [method], handler), method == "GET")
            .Offering(Offers.Own).Describe(name, summary, handler, statuses).WithTags(group);

    private IEndpointConventionBuilder Map(
        string[] methods, string pattern, string group, string name, string summary, AdministrationHandler handler, int maxBytes, bool isCreating, int[] statuses)
    {
        RequestDelegate answer = new AdministrationEndpoint(handler, maxBytes, isCreating ? _idempotent : null).AnswerAsync;
        return _rule(_routes.MapMethods(_prefix + pattern, methods, answer), methods[0] == "GET")
            .Offering(Offers.Own).Describe(name, summary, answer, [.. statuses.Distinct()]).WithTags(group);
    }

    private static IEndpointConventionBuilder ForPrincipal(IEndpointConventionBuilder endpoint, bool isReading, string reading, string changing) =>
        isReading ? endpoint.ForPrincipal(reading, changing) : endpoint.ForPrincipal(changing);
}

/// <summary>Begins a request, has it answered, and writes the answer.</summary>
/// <param name="handler">What answers.</param>
/// <param name="maxBytes">How large the body may be.</param>
/// <param name="idempotent">Answers that are kept; null: it makes nothing.</param>
internal sealed class AdministrationEndpoint(AdministrationHandler handler, int maxBytes, IdempotentAnswers? idempotent)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var (request, refusal) = await AdministrationRequest.ReadAsync(context, maxBytes);
        var answer = request is null ? AdministrationAnswer.Refused(refusal!)
            : idempotent is null ? await handler(request)
            : await idempotent.AnswerAsync(request, handler);
        await answer.WriteAsync(context, request?.IfNoneMatch);
    }
}

/// <summary>Commands of the operator that are dispatched within the process may come here.</summary>
internal sealed class OperatorAccess
{
    public static readonly OperatorAccess Allowed = new();

    private OperatorAccess()
    {
    }
}
