using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Policies.Files;
using Platform.Api.Policies.Sets;
using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Api.Sessions;
using Platform.Grains.Policies;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Decisions;

namespace Platform.Api.Policies.Decisions;

/// <summary>Says which decisions about given requests another set would change, and changes nothing.</summary>
internal sealed class DryRunEndpoint(PolicyDecider decider, PolicySetEndpoints reading, IPolicyCheck check, PolicyGroups groups)
{
    private const int MaxRequests = 1000;

    private static readonly string[] Keys = ["set", "requests"];

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<DryRunEndpoint>();
        routes.MapPost("/policies/{service}/dry-run", endpoint.PostAsync).ForPrincipal(OAuthScopes.Policies, OAuthScopes.Admin).Offering(Offers.Own)
            .Describe("DryRunPolicySet", "Which decisions about the given requests would change with the given set. Nothing is stored.", endpoint.PostAsync, 200, 400, 401, 403, 413, 415, 422, 503)
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

        if (await reading.FindAsync(context, service) is not (true, _) || await QuestionBody.ReadAsync(context, PolicyFile.MaxBytes) is not { } body)
        {
            return;
        }

        var problems = new List<ImportProblem>();
        var (file, requests) = Read(body, service, problems);
        if (problems.Count > 0)
        {
            await QuestionBody.RefuseAsync(context, problems);
        }
        else if (file!.Errors.Count > 0)
        {
            await Problems.WriteAsync(context, new Problem(PolicyErrors.Faulty, file.Errors[0].ToString()) { Faults = PolicySetChanges.Faults(file.Errors) });
        }
        else
        {
            var changed = await CompareAsync(service, CompiledPolicySet.Compile(file.Set), requests, context.RequestAborted);
            await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", Write, (changed, requests.Count, file));
        }
    }

    private (PolicyFile? File, List<AskedRequest> Requests) Read(ImportNode body, ServiceName service, List<ImportProblem> problems)
    {
        var requests = new List<AskedRequest>();
        if (EntryReader.Begin("", body, Keys, problems) is not { } entry)
        {
            return (null, requests);
        }

        foreach (var missing in Keys.Where(key => !entry.Has(key)))
        {
            problems.Add(new ImportProblem(entry.Place, $"'{missing}' is missing"));
        }

        if (entry.Find("requests") is ListNode { Items.Count: <= MaxRequests } list)
        {
            requests.AddRange(list.Items.Select((item, index) => AskedRequest.Read($"requests[{index}]", item, problems)).OfType<AskedRequest>());
        }
        else if (entry.Has("requests"))
        {
            entry.Report("requests", $"a list of at most {MaxRequests} requests was expected");
        }

        return (entry.Find("set") is { } set ? PolicyFile.Of(set, service, groups) : null, requests);
    }

    private async Task<List<ChangedDecision>> CompareAsync(
        ServiceName service, CompiledPolicySet next, List<AskedRequest> requests, CancellationToken cancellationToken)
    {
        var changed = new List<ChangedDecision>();
        for (var index = 0; index < requests.Count; index++)
        {
            // A URL that is refused is refused by either.
            var asked = requests[index];
            if (asked.Url is not { } url)
            {
                continue;
            }

            // The set in force may ask no documents where the one that is tried does.
            var considered = await decider.ConsiderAsync(PolicyQuestion.OfService(service, url), asked.Subject, cancellationToken);
            if (considered.Facts.Documents is null)
            {
                var documents = (await check.ReadAsync(PolicyQuestion.OfDocuments(url), cancellationToken)).Documents;
                considered = considered with { Facts = considered.Facts with { Documents = documents } };
            }

            var before = decider.Explain(considered, considered.Facts.Set?.Compiled, asked.Method, url, asked.Address, asked.At)?.Decision ?? default;
            var after = decider.Explain(considered, next, asked.Method, url, asked.Address, asked.At)?.Decision ?? default;
            if (before.IsAllowed != after.IsAllowed)
            {
                changed.Add(new ChangedDecision(index, asked, before, after));
            }
        }

        return changed;
    }

    private static void Write(Utf8JsonWriter json, (List<ChangedDecision> Changed, int Asked, PolicyFile File) given)
    {
        json.WriteStartObject();
        json.WriteNumber("asked"u8, given.Asked);
        json.WriteStartArray("changed"u8);
        foreach (var (index, asked, before, after) in given.Changed)
        {
            json.WriteStartObject();
            json.WriteNumber("request"u8, index);
            json.WriteString("method"u8, asked.Method);
            json.WriteString("url"u8, asked.Given);
            Write(json, "before", before);
            Write(json, "after", after);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("warnings"u8);
        Fault.Write(json, PolicySetChanges.Faults(given.File.Warnings));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, PolicyDecision decision)
    {
        json.WriteStartObject(name);
        json.WriteString("decision"u8, decision.IsAllowed ? "allow" : "deny");
        json.WriteString("outcome"u8, DecisionWords.NameOf(decision.Outcome));
        json.WriteString("rule"u8, decision.Rule?.Id);
        json.WriteEndObject();
    }

    /// <summary>A decision that comes out otherwise.</summary>
    private sealed record ChangedDecision(int Index, AskedRequest Asked, PolicyDecision Before, PolicyDecision After);
}
