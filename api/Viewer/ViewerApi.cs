using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth;

namespace Platform.Api.Viewer;

/// <summary>Calls <c>/resources</c> over HTTP, as any client would; what it may do there is decided there.</summary>
internal sealed class ViewerApi(IServer server, Issuer issuer, IOptions<ViewerOptions> options) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Calls.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The target, <c>/resources…</c>.</param>
    /// <param name="document">The document to send; null: no body.</param>
    /// <param name="credential">What says who calls; null: nobody in particular.</param>
    /// <param name="headers">Further headers; those without a value are left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ViewerAnswer> SendAsync(
        HttpMethod method, string target, string? document, (string Name, string Value)? credential, IEnumerable<(string Name, string? Value)> headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address() + target));
        request.Headers.Accept.ParseAdd("application/json");
        foreach (var (name, value) in headers.Append((credential?.Name ?? "", credential?.Value)))
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (document is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(document)) { Headers = { ContentType = Json } };
        }

        using var answer = await _http.SendAsync(request, cancellationToken);
        return new ViewerAnswer(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(cancellationToken),
            answer.Headers.ETag?.ToString(),
            Find(answer, Resources.ResourceHeaders.Visibility),
            Find(answer, Resources.ResourceHeaders.Scope),
            Find(answer, Resources.ResourceHeaders.Run));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string? Find(HttpResponseMessage answer, string header) => answer.Headers.TryGetValues(header, out var values) ? values.First() : null;

    private string Address()
    {
        if (options.Value.ApiUrl is { Length: > 0 } configured)
        {
            return configured.TrimEnd('/');
        }

        var own = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
        if (own is null)
        {
            return issuer.Value;
        }

        var binding = BindingAddress.Parse(own);
        var host = binding.Host is "+" or "*" or "0.0.0.0" or "[::]" ? IPAddress.Loopback.ToString() : binding.Host;
        return $"http://{host}:{binding.Port}";
    }
}

/// <summary>What <c>/resources</c> answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Tag">The entity tag, as headers carry it; null: none.</param>
/// <param name="Visibility">Who reads the document; null: not said.</param>
/// <param name="Scope">Where the document is placed; null: not said.</param>
/// <param name="Run">The run that changed it last; null: none did, or it is not said.</param>
internal sealed record ViewerAnswer(int Status, string Body, string? Tag, string? Visibility, string? Scope, string? Run)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether it says yes.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The document with line breaks, as people read it.</summary>
    public string Pretty()
    {
        using var document = JsonDocument.Parse(Body);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }

    /// <summary>The problem in words.</summary>
    public string Words()
    {
        try
        {
            using var problem = JsonDocument.Parse(Body);
            var root = problem.RootElement;
            var title = root.TryGetProperty("title", out var words) ? words.GetString() : root.TryGetProperty("error_description", out words) ? words.GetString() : null;
            var detail = root.TryGetProperty("detail", out words) ? words.GetString() : null;
            return $"{title ?? "The call failed."} {detail}".TrimEnd();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return "The call failed.";
        }
    }
}
