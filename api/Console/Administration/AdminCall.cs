using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Api.Console.Administration;

/// <summary>A request of the administration's REST endpoints, wherever they are.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query, from <c>/admin/api/</c> or <c>/policies</c> on.</param>
internal sealed record AdminCall(string Method, string Path)
{
    /// <summary>The media type of the body; null: there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The body.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>What the answer may be.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>The entity tag that a change rests on; null: none.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Names the creation, so that sending it twice makes one; null: none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The headers besides those of the body.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers
    {
        get
        {
            yield return new("Accept", Accept);
            if (IfMatch is not null)
            {
                yield return new("If-Match", IfMatch);
            }

            if (IdempotencyKey is not null)
            {
                yield return new("Idempotency-Key", IdempotencyKey);
            }
        }
    }

    /// <summary>Reads.</summary>
    public static AdminCall Get(string path) => new("GET", path);

    /// <summary>Acts, or creates.</summary>
    public static AdminCall Post(string path, JsonObject? body = null) => With(new("POST", path) { IdempotencyKey = Guid.NewGuid().ToString("N") }, body);

    /// <summary>Changes what the body names, and leaves the rest.</summary>
    public static AdminCall Patch(string path, JsonObject body) => With(new("PATCH", path), body);

    /// <summary>Sets.</summary>
    public static AdminCall Put(string path, JsonObject body) => With(new("PUT", path), body);

    /// <summary>Removes.</summary>
    public static AdminCall Delete(string path, JsonObject? body = null) => With(new("DELETE", path), body);

    /// <summary>Method and path: the body may hold what nobody else should see.</summary>
    public override string ToString() => $"{Method} {Path}";

    private static AdminCall With(AdminCall call, JsonObject? body) => body is null
        ? call
        : call with { ContentType = "application/json", Body = JsonSerializer.SerializeToUtf8Bytes(body) };
}

/// <summary>What the endpoint answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The media type of the body; null: there is none.</param>
/// <param name="ETag">Its entity tag; null: none.</param>
/// <param name="Body">The body.</param>
internal sealed record AdminAnswer(int Status, string? ContentType, string? ETag, byte[] Body)
{
    /// <summary>Whether it was done.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as JSON; null where it is none.</summary>
    public JsonNode? Json
    {
        get
        {
            try
            {
                return ContentType?.Contains("json", StringComparison.Ordinal) == true && Body.Length > 0 ? JsonNode.Parse(Body) : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}

/// <summary>Carries requests to the endpoints: in this process, in the server that has the store, or over the network.</summary>
internal interface IAdminTransport : IAsyncDisposable
{
    /// <summary>Sends a request.</summary>
    /// <param name="call">The request.</param>
    /// <param name="progress">Gets each line of an answer in <c>application/x-ndjson</c> when it comes; null: nobody waits for lines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AdminUnreachableException">There was no answer.</exception>
    Task<AdminAnswer> SendAsync(AdminCall call, Func<string, Task>? progress, CancellationToken cancellationToken);
}

/// <summary>A request got no answer; the message says why, for people.</summary>
internal sealed class AdminUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
