using System.Text;
using System.Text.Json;
using Platform.Api.Administration.Http;
using Platform.Api.Console.Administration.Answers;
using Platform.Api.Http;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Api.Users.Passwords;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Bulk;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Bulk;

/// <summary>
/// Files of users and members, in and out. An import answers with its outcome, or, where <c>application/x-ndjson</c> is accepted, with lines that
/// say how far it is, and the outcome as the last of them.
/// </summary>
internal sealed class BulkEndpoints(UserImporter users, MemberImporter members, UserExporter userExport, MemberExporter memberExport)
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private const string Group = "Bulk";
    private const string Csv = "text/csv";
    private const string Json = "application/json";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = routes.Services.GetRequiredService<BulkEndpoints>();
        routes.MapRaw("POST", "/users/import", Group, "ImportUsers", "Imports local users from CSV or JSON: all of the file or, where anything is wrong with it, nothing.", endpoints.ImportUsersAsync, 200, 400, 401, 403, 413, 415, 422, 503)
            .TakesQuery("check", "true: says what would change, and changes nothing.")
            .TakesDocument(Json, required: true).AnswersDocument();
        routes.MapRaw("GET", "/users/export", Group, "ExportUsers", "Exports the local users, without their passwords.", endpoints.ExportUsersAsync, 200, 400, 401, 403, 503)
            .TakesQuery("format", "csv or json; csv otherwise.");
        routes.MapRaw("POST", "/members/import", Group, "ImportMembers", "Imports memberships from CSV or JSON: all of the file or, where anything is wrong with it, nothing.", endpoints.ImportMembersAsync, 200, 400, 401, 403, 413, 415, 422, 503)
            .TakesQuery("check", "true: says what would change, and changes nothing.")
            .TakesDocument(Json, required: true).AnswersDocument();
        routes.MapRaw("GET", "/members/export", Group, "ExportMembers", "Exports the memberships that were given on the platform.", endpoints.ExportMembersAsync, 200, 400, 401, 403, 404, 503)
            .TakesQuery("scope", "Only of this scope and what lies below it, by its path.")
            .TakesQuery("format", "csv or json; csv otherwise.");
    }

    private Task ImportUsersAsync(HttpContext context) => ImportAsync(
        context,
        actor => users.FindRefusalAsync(actor, context.RequestAborted),
        (actor, content, options) => users.ImportAsync(actor, content, options, hash => PasswordHash.TryParse(hash, out _), context.RequestAborted));

    private Task ImportMembersAsync(HttpContext context) => ImportAsync(
        context,
        actor => members.FindRefusalAsync(actor, context.RequestAborted),
        (actor, content, options) => members.ImportAsync(actor, content, options, context.RequestAborted));

    private Task ExportUsersAsync(HttpContext context) => ExportAsync(
        context, (actor, _, format, open) => userExport.ExportAsync(actor, format, open, context.RequestAborted));

    private Task ExportMembersAsync(HttpContext context) => ExportAsync(
        context, (actor, scope, format, open) => memberExport.ExportAsync(actor, scope, format, open, context.RequestAborted));

    private static async Task ImportAsync(
        HttpContext context, Func<AdministrationActor, Task<AdministrationRefusal?>> findRefusal, Func<AdministrationActor, byte[], BulkOptions, Task<AdministrationResult<BulkOutcome>>> import)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return;
        }

        if (FormatOf(context.Request.ContentType) is not { } format)
        {
            await Problems.WriteAsync(context, HttpErrors.UnsupportedMediaType, "The body is text/csv or application/json, in UTF-8.");
            return;
        }

        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }

        // Before the body, which is large: whoever may not import has nothing read and kept for them.
        var actor = AdministrationRequest.FindActor(context);
        if (await findRefusal(actor) is { } notAllowed)
        {
            await Problems.WriteAsync(context, AdministrationErrors.Of(notAllowed));
            return;
        }

        if (await LimitedBody.ReadAsync(context, MaxBytes) is not { } content)
        {
            await Problems.WriteAsync(context, HttpErrors.BodyTooLarge, $"The limit is {MaxBytes} bytes.");
            return;
        }

        var byLine = context.Request.Headers.Accept.ToString().Contains(AnswerCollector.Lines, StringComparison.OrdinalIgnoreCase);
        var options = new BulkOptions(format, query.Find("check") == "true", byLine ? (done, total) => WriteLineAsync(context, new { done, total }) : null);
        var result = await import(actor, content, options);
        if (!result.IsDone)
        {
            await Problems.WriteAsync(context, AdministrationErrors.Of(result.Refusal));
            return;
        }

        var outcome = result.Value;
        var document = new
        {
            imported = outcome.Problems.Count == 0 && !options.CheckOnly,
            outcome.Rows,
            outcome.Added,
            outcome.Changed,
            outcome.Unchanged,
            problems = outcome.Problems.Select(problem => new { problem.Place.Line, problem.Place.Column, problem.Place.Path, problem.Message }),
        };
        if (byLine)
        {
            await WriteLineAsync(context, document);
            return;
        }

        context.Response.StatusCode = outcome.Problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK;
        context.Response.ContentType = Json;
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web), context.RequestAborted);
    }

    private static async Task ExportAsync(
        HttpContext context, Func<AdministrationActor, ScopePath?, BulkFormat, Func<Stream>, Task<AdministrationRefusal?>> export)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return;
        }

        var format = query.Find("format") ?? "csv";
        if (format is not ("csv" or "json"))
        {
            await Problems.WriteAsync(context, HttpErrors.MalformedRequest, "The format is csv or json.", "query parameter format");
            return;
        }

        ScopePath? scope = null;
        if (query.Find("scope") is { } named)
        {
            if (!ScopePath.TryParse(named, out var path))
            {
                await Problems.WriteAsync(context, HttpErrors.MalformedRequest, $"This is no scope: {ScopePath.Grammar}.", "query parameter scope");
                return;
            }

            scope = path;
        }

        var refused = await export(
            AdministrationRequest.FindActor(context),
            scope,
            format == "json" ? BulkFormat.Json : BulkFormat.Csv,
            () =>
            {
                context.Response.ContentType = format == "json" ? Json : $"{Csv}; charset=utf-8; header=present";
                context.Response.Headers.ContentDisposition = $"attachment; filename=\"export.{format}\"";
                return context.Response.Body;
            });
        if (refused is not null)
        {
            await Problems.WriteAsync(context, AdministrationErrors.Of(refused));
        }
    }

    private static BulkFormat? FormatOf(string? contentType) => contentType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        Csv => BulkFormat.Csv,
        Json => BulkFormat.Json,
        _ => null,
    };

    private static async Task WriteLineAsync(HttpContext context, object line)
    {
        context.Response.ContentType ??= AnswerCollector.Lines;
        await context.Response.WriteAsync(JsonSerializer.Serialize(line, JsonSerializerOptions.Web) + "\n", Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
