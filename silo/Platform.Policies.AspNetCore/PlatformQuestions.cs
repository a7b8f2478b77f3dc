using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Platform.Policies.AspNetCore;

/// <summary>Asks the platform about requests, as a reverse proxy does that hands its answers on (docs/forward-auth.md).</summary>
internal sealed class PlatformQuestions : IDisposable
{
    /// <summary>What says who calls, and how they would like to be answered; nothing else leaves this service.</summary>
    private static readonly string[] Handed =
        ["Authorization", "Cookie", "DPoP", "Gcube-Token", "X-Session-Id", "Accept", "Accept-Language", "User-Agent", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest"];

    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        });

    private readonly Uri _platform;
    private readonly Uri _publicUrl;
    private readonly TimeSpan _timeout;

    /// <summary>Takes the options.</summary>
    public PlatformQuestions(IOptions<PlatformPolicyOptions> options)
    {
        _platform = options.Value.Platform!;
        _publicUrl = options.Value.PublicUrl!;
        _timeout = options.Value.Timeout;
    }

    /// <summary>Asks whether a request may pass.</summary>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">There is none in time.</exception>
    public Task<PlatformAnswer> AskAsync(HttpContext context, string target) => SendAsync(context, "/forward/traefik", target);

    /// <summary>Fetches a page of the login.</summary>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">There is none in time.</exception>
    public Task<PlatformAnswer> GetPageAsync(HttpContext context, string target) => SendAsync(context, target, target);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<PlatformAnswer> SendAsync(HttpContext context, string asked, string target)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_platform, asked));
        var headers = request.Headers;
        foreach (var name in Handed)
        {
            if (context.Request.Headers.TryGetValue(name, out var values))
            {
                headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        headers.TryAddWithoutValidation("X-Forwarded-Method", context.Request.Method);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", _publicUrl.Scheme);
        headers.TryAddWithoutValidation("X-Forwarded-Host", _publicUrl.Authority);
        headers.TryAddWithoutValidation("X-Forwarded-Uri", target);
        if (context.Connection.RemoteIpAddress is { } address)
        {
            headers.TryAddWithoutValidation("X-Forwarded-For", (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
        }

        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        inTime.CancelAfter(_timeout);
        using var response = await _http.SendAsync(request, inTime.Token);
        return await PlatformAnswer.ReadAsync(response, inTime.Token);
    }
}
