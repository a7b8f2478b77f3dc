using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Policies.Decisions;
using Platform.Api.Policies.Sets;
using Platform.Api.Sessions;
using Platform.Grains.Policies;

namespace Platform.Api.Policies.AuthZen;

/// <summary>
/// The Authorization API of AuthZEN 1.0 for other software: <c>POST /access/v1/evaluation</c> and <c>/access/v1/evaluations</c>. A resource
/// is a URL, an action a method, and the service the one with the URL's host.
/// </summary>
/// <remarks>
/// The steps: the caller may ask at all (the endpoint's rule); the body is read; subject and policies are found by one version query; the
/// caller may ask about this service; the set decides.
/// </remarks>
internal sealed class AuthZenEndpoints(PolicyDecider decider, Issuer issuer)
{
    private const string EvaluationPath = "/access/v1/evaluation";
    private const string EvaluationsPath = "/access/v1/evaluations";
    private const string RequestId = "X-Request-ID";
    private const int MaxEvaluations = 1000;
    private const int MaxRequestIdLength = 128;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<AuthZenEndpoints>();
        routes.MapPost(EvaluationPath, endpoints.EvaluateAsync).ForPrincipal(OAuthScopes.PoliciesDecide).Offering(Offers.Own)
            .Describe("Evaluate", "AuthZEN 1.0: whether a subject may do a method (the action's name) on a URL (the resource's id).", endpoints.EvaluateAsync, 200, 400, 401, 403, 413, 503)
            .TakesDocument("application/json", required: true).AnswersDocument();
        routes.MapPost(EvaluationsPath, endpoints.EvaluateAllAsync).ForPrincipal(OAuthScopes.PoliciesDecide).Offering(Offers.Own)
            .Describe("EvaluateAll", "AuthZEN 1.0: several evaluations at once, with what they share and how they are combined.", endpoints.EvaluateAllAsync, 200, 400, 401, 403, 413, 503)
            .TakesDocument("application/json", required: true).AnswersDocument();
        routes.MapGet("/.well-known/authzen-configuration", endpoints.DescribeAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("AuthZenConfiguration", "AuthZEN 1.0: where the evaluations are.", endpoints.DescribeAsync, 200).AnswersDocument();
    }

    private Task DescribeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", (json, _) =>
        {
            json.WriteStartObject();
            json.WriteString("policy_decision_point"u8, issuer.Value);
            json.WriteString("access_evaluation_endpoint"u8, issuer.At(EvaluationPath));
            json.WriteString("access_evaluations_endpoint"u8, issuer.At(EvaluationsPath));
            json.WriteEndObject();
        }, 0);
    }

    private async Task EvaluateAsync(HttpContext context)
    {
        if (await ReadAsync(context) is { } body)
        {
            await EvaluateOneAsync(context, body);
        }
    }

    private async Task EvaluateAllAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } body)
        {
            return;
        }

        // §7.1: without evaluations it is one, as at the other endpoint.
        if (!body.TryGetProperty("evaluations", out var evaluations) || evaluations is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0)
        {
            await EvaluateOneAsync(context, body);
            return;
        }

        if (evaluations.ValueKind != JsonValueKind.Array || evaluations.GetArrayLength() > MaxEvaluations)
        {
            await Problems.WriteAsync(context, PolicyErrors.MalformedQuestion, $"'evaluations' is a list of at most {MaxEvaluations} objects.");
            return;
        }

        if (!TryFindSemantic(body, out var semantic))
        {
            await Problems.WriteAsync(context, PolicyErrors.MalformedQuestion, $"options.evaluations_semantic is one of {string.Join(", ", Enum.GetNames<Semantic>())}.");
            return;
        }

        var answers = new List<AuthZenAnswer>();
        foreach (var evaluation in evaluations.EnumerateArray())
        {
            var answer = AuthZenRequest.TryRead(evaluation, body, out var request, out var fault)
                ? await AnswerAsync(context, request) ?? Error(StatusCodes.Status403Forbidden, "You may not ask about this service.")
                : Error(StatusCodes.Status400BadRequest, fault);
            answers.Add(answer);
            if ((semantic == Semantic.deny_on_first_deny && !answer.Decision) || (semantic == Semantic.permit_on_first_permit && answer.Decision))
            {
                break;
            }
        }

        await WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("evaluations"u8);
            answers.ForEach(answer => answer.Write(json));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task EvaluateOneAsync(HttpContext context, JsonElement body)
    {
        if (!AuthZenRequest.TryRead(body, body, out var request, out var fault))
        {
            await Problems.WriteAsync(context, PolicyErrors.MalformedQuestion, fault + ".");
        }
        else if (await AnswerAsync(context, request) is { } answer)
        {
            await WriteAsync(context, answer.Write);
        }
        else
        {
            await Problems.WriteAsync(context, PolicyErrors.NotAPolicyManager);
        }
    }

    /// <summary>The answer; null where the caller may not ask about the service.</summary>
    private async ValueTask<AuthZenAnswer?> AnswerAsync(HttpContext context, AuthZenRequest request)
    {
        var principal = context.GetPrincipal();
        if (request.Asked is not { Url: { } url } asked)
        {
            // Nothing of a service is told by it, so that it does not matter which one it would be.
            return AuthZenAnswer.No(request.Unknown ?? $"The URL is refused, whoever asks: {request.Asked?.Fault}.");
        }

        var question = request.Service is { } service ? PolicyQuestion.OfService(service, url) : PolicyQuestion.OfHost(url.Authority, url);
        var considered = await decider.ConsiderAsync(question, asked.Subject, context.RequestAborted);
        var set = considered.Facts.Set?.Compiled;
        if (!PolicyRights.MayDecide(principal, set?.Set))
        {
            return null;
        }

        if (decider.Explain(considered, set, asked.Method, url, asked.Address, asked.At) is not { } explanation)
        {
            return AuthZenAnswer.No(considered.Subject is null ? DecisionWords.NoSubject : DecisionWords.NoSet);
        }

        return new AuthZenAnswer(
            explanation.Decision.IsAllowed,
            explanation.Decision.Rule?.Id,
            DecisionWords.WhyForAdministrators(explanation.Decision),
            DecisionWords.WhyForUsers(explanation));
    }

    private static AuthZenAnswer Error(int status, string message) => AuthZenAnswer.No(message) with { ErrorStatus = status };

    private static async ValueTask<JsonElement?> ReadAsync(HttpContext context)
    {
        // §10.1.3: the caller's id of the request comes back with the answer.
        if (context.Request.Headers[RequestId] is [{ Length: > 0 and <= MaxRequestIdLength } id] && !id.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            context.Response.Headers[RequestId] = id;
        }

        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return null;
        }

        if (!context.Request.HasJsonContentType())
        {
            await Problems.WriteAsync(context, PolicyErrors.MalformedQuestion, "The body is application/json.");
            return null;
        }

        var body = await JsonBody.ReadAsync(context);
        if (body is null)
        {
            await Problems.WriteAsync(context, PolicyErrors.MalformedQuestion, "The body is no JSON object.");
        }

        return body;
    }

    private static bool TryFindSemantic(JsonElement body, out Semantic semantic)
    {
        semantic = Semantic.execute_all;
        if (!body.TryGetProperty("options", out var options))
        {
            return true;
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        return !options.TryGetProperty("evaluations_semantic", out var text)
            || (text.ValueKind == JsonValueKind.String && Enum.GetNames<Semantic>().Contains(text.GetString()) && Enum.TryParse(text.GetString(), out semantic));
    }

    private static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write) =>
        Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", static (json, write) => write(json), write);

    /// <summary>How several evaluations are combined (§7.1.2.1), by their names in requests.</summary>
    private enum Semantic
    {
        execute_all,
        deny_on_first_deny,
        permit_on_first_permit,
    }
}
