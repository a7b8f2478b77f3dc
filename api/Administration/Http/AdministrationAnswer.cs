using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Sessions;
using Platform.Grains.Administration;

namespace Platform.Api.Administration.Http;

/// <summary>What a request of administration is answered with, before it is written: so that it can be kept for a repetition.</summary>
internal sealed class AdministrationAnswer
{
    private AdministrationAnswer(int status, byte[] body, string? tag, string? location, Problem? problem)
    {
        Status = status;
        Body = body;
        Tag = tag;
        Location = location;
        Problem = problem;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The JSON; empty: none.</summary>
    public byte[] Body { get; }

    /// <summary>The entity tag, unquoted; null: none.</summary>
    public string? Tag { get; }

    /// <summary>Where what was made is; null: nothing was.</summary>
    public string? Location { get; }

    /// <summary>Why nothing was done; null: it was.</summary>
    public Problem? Problem { get; }

    /// <summary>200 with a document.</summary>
    public static AdministrationAnswer Ok<T>(T document, string? tag = null) => new(StatusCodes.Status200OK, Write(document), tag, null, null);

    /// <summary>201 with what was made, and where it is.</summary>
    public static AdministrationAnswer Created<T>(T document, string location, string? tag = null) =>
        new(StatusCodes.Status201Created, Write(document), tag, location, null);

    /// <summary>204.</summary>
    public static AdministrationAnswer Done(string? tag = null) => new(StatusCodes.Status204NoContent, [], tag, null, null);

    /// <summary>200 with a page of a list.</summary>
    public static AdministrationAnswer Page<T, TDocument>(Page<T> page, Func<T, TDocument> document) =>
        Ok(new Page<TDocument>([.. page.Items.Select(document)], page.Next, page.Total));

    /// <summary>Why nothing was done.</summary>
    public static AdministrationAnswer Refused(Problem problem) => new(problem.Error.Status, [], null, null, problem);

    /// <summary>Why nothing was done.</summary>
    public static AdministrationAnswer Refused(AdministrationRefusal refusal) => Refused(AdministrationErrors.Of(refusal));

    /// <summary>200 with what an act made, or its refusal.</summary>
    public static AdministrationAnswer Of<T, TDocument>(AdministrationResult<T> result, Func<T, TDocument> document, Func<T, string?>? tag = null)
        where T : class => result.IsDone ? Ok(document(result.Value), tag?.Invoke(result.Value)) : Refused(result.Refusal);

    /// <summary>204, or the refusal.</summary>
    public static AdministrationAnswer Of<T>(AdministrationResult<T> result)
        where T : class => result.IsDone ? Done() : Refused(result.Refusal);

    /// <summary>Problems are refusals.</summary>
    public static implicit operator AdministrationAnswer(Problem problem) => Refused(problem);

    /// <summary>Refusals of the core.</summary>
    public static implicit operator AdministrationAnswer(AdministrationRefusal refusal) => Refused(refusal);

    /// <summary>What was kept of an answer.</summary>
    public static AdministrationAnswer Restore(int status, byte[] body, string? tag, string? location) => new(status, body, tag, location, null);

    /// <summary>Writes it; 304 where the client has it.</summary>
    public async Task WriteAsync(HttpContext context, EntityTags? known)
    {
        if (Problem is not null)
        {
            await Problems.WriteAsync(context, Problem);
            return;
        }

        var response = context.Response;
        if (Tag is not null)
        {
            response.Headers.ETag = EntityTags.Quote(Tag);
        }

        if (Status == StatusCodes.Status200OK && Tag is not null && known is not null && (known.Any || known.All.Contains(Tag)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = Status;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (Body.Length > 0)
        {
            response.ContentType = "application/json";
            response.ContentLength = Body.Length;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await response.Body.WriteAsync(Body, context.RequestAborted);
            }
        }
    }

    private static byte[] Write<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, AdministrationJson.Options);
}
