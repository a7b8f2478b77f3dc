using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Platform.Api.Http.Wire;

/// <summary>Reads the parameters of a request: the values, or the problem to answer with.</summary>
internal static class RequestParameters
{
    /// <summary>The media type of forms.</summary>
    public const string FormMediaType = "application/x-www-form-urlencoded";

    /// <summary>The query's parameters.</summary>
    public static (Parameters Values, Problem? Refusal) ReadQuery(HttpRequest request)
    {
        var query = request.QueryString.Value;
        if (query is null or "" or "?")
        {
            return (Parameters.None, null);
        }

        return Parameters.TryParse(Encoding.UTF8.GetBytes(query, 1, query.Length - 1), out var parameters, out var fault)
            ? (parameters, null)
            : (Parameters.None, new Problem(HttpErrors.MalformedRequest, Place: $"query: {fault}"));
    }

    /// <summary>The form's parameters; none without a body. A body of another media type is refused.</summary>
    public static async ValueTask<(Parameters Values, Problem? Refusal)> ReadFormAsync(HttpRequest request)
    {
        var mediaType = request.ContentType;
        if (mediaType is null && request.ContentLength is null or 0)
        {
            return (Parameters.None, null);
        }

        if (mediaType is null || !IsForm(mediaType))
        {
            return (Parameters.None, new Problem(HttpErrors.UnsupportedMediaType, $"Forms are {FormMediaType}."));
        }

        using var body = new MemoryStream();
        // Kestrel enforces the limit and throws a 413 beyond it.
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var parsed = Parameters.TryParse(bytes.Span, out var parameters, out var fault);
        bytes.Span.Clear();
        if (!parsed || parameters is null)
        {
            return (Parameters.None, new Problem(HttpErrors.MalformedRequest, Place: $"form: {fault}"));
        }

        // The antiforgery check looks for its token in the request's form; the body has been read.
        request.HttpContext.Features.Set<IFormFeature>(
            new FormFeature(new FormCollection(parameters.All.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value)))));
        return (parameters, null);
    }

    /// <summary>The form's charset is UTF-8, said or not (WHATWG URL §5.1); ASCII is a part of it.</summary>
    private static bool IsForm(string mediaType)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(mediaType, out var parsed)
            || !parsed.MediaType.Equals(FormMediaType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return !parsed.Charset.HasValue || parsed.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || parsed.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)
            || parsed.Charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);
    }
}
