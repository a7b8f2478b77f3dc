using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Policies.Sets;
using Platform.Api.Sessions;
using Platform.Grains.Policies;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Decisions;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Decisions;

/// <summary>Explains a decision: which rule made it, which rules speak of the request, and what would change it.</summary>
internal sealed class ExplainEndpoint(PolicyDecider decider)
{
    /// <summary>A question is small, and everybody who is logged in may send one: whether they may ask is only known once it was read.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ExplainEndpoint>();
        routes.MapPost("/policies/{service}/explain", endpoint.PostAsync).ForPrincipal(OAuthScopes.PoliciesDecide).Offering(Offers.Own)
            .Describe("ExplainDecision", "What the service's policies decide about method, url and subject, by which rule, why, and what would change it.", endpoint.PostAsync, 200, 400, 401, 403, 413, 415, 503)
            .TakesDocument("application/json", required: true).AnswersDocument();
    }

    private async Task PostAsync(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return;
        }

        if (await PolicySetRequest.FindServiceAsync(context) is not { } service)
        {
            return;
        }

        if (await QuestionBody.ReadAsync(context, MaxBytes) is not { } body)
        {
            return;
        }

        var problems = new List<ImportProblem>();
        if (AskedRequest.Read("", body, problems) is not { } asked)
        {
            await QuestionBody.RefuseAsync(context, problems);
            return;
        }

        var considered = await decider.ConsiderAsync(PolicyQuestion.OfService(service, asked.Url), asked.Subject, context.RequestAborted);
        var set = considered.Facts.Set;
        if (!PolicyRights.MayDecide(context.GetPrincipal(), set?.Compiled.Set))
        {
            await Problems.WriteAsync(context, PolicyErrors.NotAPolicyManager);
            return;
        }

        var explanation = asked.Url is { } url ? decider.Explain(considered, set?.Compiled, asked.Method, url, asked.Address, asked.At) : null;
        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", Write, (asked, considered, explanation));
    }

    private static void Write(Utf8JsonWriter json, (AskedRequest Asked, Considered Considered, PolicyExplanation? Explanation) given)
    {
        var (asked, considered, explanation) = given;
        json.WriteStartObject();
        json.WriteString("decision"u8, explanation is { Decision.IsAllowed: true } ? "allow" : "deny");
        json.WriteString("outcome"u8, explanation is not null ? DecisionWords.NameOf(explanation.Decision.Outcome)
            : asked.Url is null ? "refused-url" : considered.Subject is null ? "no-subject" : "no-set");
        json.WriteString("rule"u8, explanation?.Decision.Rule?.Id);
        json.WriteString("reason"u8, explanation is not null ? DecisionWords.WhyForAdministrators(explanation.Decision)
            : asked.Url is null ? $"The URL is refused, whoever asks: {asked.Fault}." : considered.Subject is null ? DecisionWords.NoSubject : DecisionWords.NoSet);
        json.WriteString("method"u8, asked.Method);
        json.WriteString("url"u8, asked.Url?.Text);
        if (considered.Facts.Set is { } set)
        {
            json.WriteNumber("revision"u8, set.Number);
            json.WriteString("etag"u8, EntityTags.Quote(set.Tag));
        }

        WriteMatches(json, explanation);
        json.WriteStartArray("wouldAllow"u8);
        foreach (var way in explanation is null ? [] : DecisionWords.WhatWouldHelp(explanation))
        {
            json.WriteStringValue(way);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMatches(Utf8JsonWriter json, PolicyExplanation? explanation)
    {
        json.WriteStartArray("matches"u8);
        foreach (var match in explanation is null ? [] : explanation.Matches)
        {
            json.WriteStartObject();
            json.WriteString("rule"u8, match.Rule.Id);
            json.WriteString("effect"u8, match.Rule.Effect == PolicyEffect.Allow ? "allow" : "deny");
            json.WriteString("description"u8, match.Rule.Description);
            json.WriteBoolean("applies"u8, match.Unmet.IsEmpty);
            json.WriteStartArray("unmet"u8);
            foreach (var unmet in match.Unmet)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, DecisionWords.NameOf(unmet.Kind));
                json.WriteString("text"u8, unmet.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
