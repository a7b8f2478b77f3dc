using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Users;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.OpenSso.Documents;

/// <summary>
/// The policy service (contracts/opentox-opensso.md, "The policy service"): users register policy documents on URLs, and with the first own
/// the URL. Everything but the document travels in headers.
/// </summary>
internal sealed class PolicyServiceEndpoints(
    OpenSsoTokens tokens, DocumentSubjects subjects, IPlatformGrains grains, IPolicyCheck policies, IAuditLog audit, IOptions<OpenSsoOptions> options)
{
    /// <summary>A policy of as many resources as may be, with the longest URLs that are in use, pretty-printed.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private const string BadToken = "The token is missing, or not, or no longer, valid.";

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<PolicyServiceEndpoints>();
        Map(routes, "/pol", "Pol", endpoints);
        Map(routes, "/Pol/opensso-pol", "OpenSsoPol", endpoints);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string name, PolicyServiceEndpoints endpoints)
    {
        routes.MapGet(path, endpoints.GetAsync).WithMetadata(new LineErrors()).ForAnyone().Offering(Offers.Own)
            .Describe("Get" + name, "Your policies by name, one of them, or whose a URL is.", endpoints.GetAsync, 200, 401, 503)
            .TakesHeader("subjectid", "The token.").TakesHeader("id", "A policy's name.").TakesHeader("uri", "A URL.").TakesHeader("polnames", "Whether the URL's policies are named.");
        routes.MapPost(path, endpoints.PostAsync).WithMetadata(new LineErrors()).ForAnyone().Offering(Offers.Own)
            .Describe("Post" + name, "Registers policies.", endpoints.PostAsync, 200, 400, 413, 415, 503)
            .TakesHeader("subjectid", "The token.");
        routes.MapDelete(path, endpoints.DeleteAsync).WithMetadata(new LineErrors()).ForAnyone().Offering(Offers.Own)
            .Describe("Delete" + name, "Removes a policy.", endpoints.DeleteAsync, 200, 401, 503)
            .TakesHeader("subjectid", "The token.").TakesHeader("id", "The policy's name.");
    }

    private async Task PostAsync(HttpContext context)
    {
        if (await FindCallerAsync(context) is not { } caller)
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, BadToken);
            return;
        }

        var isXml = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && (type.MediaType.Equals("application/xml", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("text/xml", StringComparison.OrdinalIgnoreCase));
        if (!isXml)
        {
            await SayAsync(context, StatusCodes.Status415UnsupportedMediaType, "A policy document is application/xml.");
            return;
        }

        if (await LimitedBody.ReadAsync(context, MaxBytes) is not { } body)
        {
            await SayAsync(context, StatusCodes.Status413PayloadTooLarge, $"A policy document has at most {MaxBytes} bytes.");
            return;
        }

        var fault = PolicyDocumentReader.TryRead(body, out var documents, out var malformed) ? await RegisterAsync(context, caller, documents) : DocumentFault.Of(malformed);
        await (fault is null
            ? SayAsync(context, StatusCodes.Status200OK, $"Registered: {string.Join(", ", documents!.Select(document => document.Name))}")
            : SayAsync(context, fault.Status, fault.Line));
    }

    private async Task GetAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var url = headers.TryGetValue("uri", out var uri) && RequestUrl.TryNormalise(uri.ToString().Trim(), out var read, out _) ? read : null;
        if (await FindCallerAsync(context) is not { } caller)
        {
            await SayAsync(context, StatusCodes.Status401Unauthorized, BadToken);
        }
        else if (headers.TryGetValue("id", out var id))
        {
            await WriteDocumentAsync(context, caller, id.ToString().Trim());
        }
        else if (headers.ContainsKey("uri"))
        {
            await WriteOwnerAsync(context, url, headers.ContainsKey("polnames"));
        }
        else
        {
            await WriteNamesAsync(context, caller);
        }
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var name = context.Request.Headers["id"].ToString().Trim();
        if (await FindCallerAsync(context) is not { } caller)
        {
            await SayAsync(context, StatusCodes.Status401Unauthorized, BadToken);
        }
        else if (!await grains.PolicyDocuments(caller.Live.User.Key).RemoveAsync(name))
        {
            // Whether there is one of this name is nobody else's business.
            await SayAsync(context, StatusCodes.Status401Unauthorized, "You have no policy of this name.");
        }
        else
        {
            await RecordAsync(context, caller, name, "removed");
            await SayAsync(context, StatusCodes.Status200OK, $"Removed: {name}");
        }
    }

    /// <summary>Registers all of them, or says in a line why none was.</summary>
    private async Task<DocumentFault?> RegisterAsync(HttpContext context, Caller caller, IReadOnlyList<PolicyDocument> documents)
    {
        var toRegister = ImmutableArray.CreateBuilder<DocumentToRegister>(documents.Count);
        foreach (var document in documents)
        {
            if (document.Rules.Any(rule => rule.Url.IsWildcard) && !MayUseWildcards(caller))
            {
                return DocumentFault.Of("Wildcards are not allowed to you.");
            }

            var (found, fault) = await subjects.FindAsync(document, context.RequestAborted);
            if (fault is not null)
            {
                return fault;
            }

            var resources = document.Rules.GroupBy(rule => rule.Url, rule => rule.Actions)
                .Select(rules => new DocumentResource(rules.Key, [.. rules.SelectMany(actions => actions).Distinct()]));
            toRegister.Add(new DocumentToRegister(document.Name, PolicyDocumentWriter.Write(document), document.Active, [.. resources], found));
        }

        var registration = await grains.PolicyDocuments(caller.Live.User.Key).RegisterAsync(toRegister.ToImmutable());
        if (registration.Outcome != DocumentOutcome.Registered)
        {
            return DocumentFault.Of(registration.Outcome switch
            {
                DocumentOutcome.NameTaken => $"There is a policy of this name: {registration.Culprit}",
                DocumentOutcome.ResourceTaken => $"The resource is another user's: {registration.Culprit}",
                _ => $"There are as many policies about it as there may be: {registration.Culprit}",
            });
        }

        foreach (var document in documents)
        {
            await RecordAsync(context, caller, document.Name, "registered");
        }

        return null;
    }

    private async Task WriteDocumentAsync(HttpContext context, Caller caller, string name)
    {
        if (await grains.PolicyDocuments(caller.Live.User.Key).FindAsync(name) is { } xml)
        {
            await Answer.WriteTextAsync(context, StatusCodes.Status200OK, "application/xml; charset=UTF-8", xml);
        }
        else
        {
            await SayAsync(context, StatusCodes.Status401Unauthorized, "You have no policy of this name.");
        }
    }

    private async Task WriteOwnerAsync(HttpContext context, RequestUrl? url, bool withNames)
    {
        var documents = url is null ? null : (IRegisteredDocuments?)(await policies.ReadAsync(PolicyQuestion.OfDocuments(url), context.RequestAborted)).Documents;
        var owner = documents?.Owner is { } key ? await grains.User(UserKey.Parse(key)).FindAsync() : null;
        var answer = new LineAnswer().Line(owner?.Profile.UserName ?? "null");
        foreach (var name in withNames ? documents?.Names ?? [] : [])
        {
            answer.Line(name);
        }

        await answer.WriteAsync(context);
    }

    private async Task WriteNamesAsync(HttpContext context, Caller caller)
    {
        var answer = new LineAnswer();
        string? last = null;
        do
        {
            var page = await grains.PolicyDocuments(caller.Live.User.Key).ListAsync(last);
            foreach (var name in page)
            {
                answer.Line(name);
            }

            last = page.IsEmpty ? null : page[^1];
        }
        while (last is not null);

        await answer.WriteAsync(context);
    }

    private bool MayUseWildcards(Caller caller) => options.Value.Wildcards switch
    {
        // Whoever knows the name of an open account could take all of an origin.
        WildcardUsers.Everyone => caller.Live.User.Key.Directory != OpenAccountDirectory.DirectoryName,
        WildcardUsers.Managers => OpenSsoManagers.Includes(caller),
        _ => false,
    };

    private ValueTask<Caller?> FindCallerAsync(HttpContext context) => tokens.FindAsync(context, context.Request.Headers["subjectid"].ToString().Trim());

    /// <summary>Records what is in force already, so the caller's going away does not end it.</summary>
    private ValueTask RecordAsync(HttpContext context, Caller caller, string name, string what) => audit.RecordAsync(
        new AuditEntry(AuditActions.ChangePolicyDocument, AuditEntry.Ok, caller.Subject, name, context.ClientAddress(), what), CancellationToken.None);

    private static Task SayAsync(HttpContext context, int status, string line) => new LineAnswer().Line(line).WriteAsync(context, status);
}
