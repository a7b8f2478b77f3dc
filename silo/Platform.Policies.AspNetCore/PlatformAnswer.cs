using System.Net;
using Microsoft.AspNetCore.Http;

namespace Platform.Policies.AspNetCore;

/// <summary>What the platform answered.</summary>
internal sealed class PlatformAnswer
{
    /// <summary>Refusals are small; what is beyond this is none.</summary>
    private const int MaxBody = 256 * 1024;

    private static readonly string[] HandedOn =
        ["Location", "WWW-Authenticate", "Set-Cookie", "X-Login-Url", "Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Retry-After"];

    private readonly Dictionary<string, string[]> _headers;
    private readonly byte[] _body;

    private PlatformAnswer(HttpStatusCode status, Dictionary<string, string[]> headers, byte[] body)
    {
        Status = status;
        _headers = headers;
        _body = body;
    }

    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>Whether it says no, and what the client would have to do.</summary>
    public bool IsRefusal => Status is HttpStatusCode.Found or HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="HttpRequestException">It breaks off, or is too long.</exception>
    public static async Task<PlatformAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MaxBody, cancellationToken);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        return new PlatformAnswer(response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>A header that is there once; empty where it is not.</summary>
    public string Header(string name) => _headers.TryGetValue(name, out var values) && values is [var only] ? only : "";

    /// <summary>Gives it to the client.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = (int)Status;
        foreach (var name in HandedOn)
        {
            if (_headers.TryGetValue(name, out var values))
            {
                response.Headers[name] = values;
            }
        }

        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method) && _body.Length > 0)
        {
            await response.Body.WriteAsync(_body, context.RequestAborted);
        }
    }
}
