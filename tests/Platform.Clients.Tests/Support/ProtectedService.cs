using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Platform.Testing;

namespace Platform.Clients.Tests.Support;

/// <summary>A service that knows nothing of the platform, behind every proxy that there is a sample for. It answers with what reached it.</summary>
public sealed class ProtectedService : IAsyncDisposable
{
    private readonly WebApplication _upstream;
    private readonly HttpClient _platform;
    private readonly List<ProtectingProxy> _proxies = [];
    private int _requests;

    private ProtectedService(WebApplication upstream, HttpClient platform)
    {
        _upstream = upstream;
        _platform = platform;
    }

    /// <summary>The requests that reached the service.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Starts it.</summary>
    /// <param name="platform">A client of the platform.</param>
    /// <param name="node">The node that the proxies ask.</param>
    public static async Task<ProtectedService> StartAsync(HttpClient platform, Uri node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var service = new ProtectedService(builder.Build(), platform);
        try
        {
            service._upstream.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
            service._upstream.Run(service.AnswerAsync);
            await service._upstream.StartAsync();
            var upstream = new Uri(service._upstream.Urls.Single());
            service._proxies.AddRange(await Task.WhenAll(new[] { "nginx", "caddy", "apache", "haproxy" }
                .Select(kind => ProtectingProxy.StartAsync(kind, PlatformCluster.ProxySamples, node, upstream))));
            await service.PutPoliciesAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of the proxies.</summary>
    public ProtectingProxy Behind(string kind) => _proxies.Single(proxy => proxy.Kind == kind);

    /// <summary>A session of a user, as programs get one.</summary>
    public async Task<string> LogInAsync(string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "Login");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{PlatformCluster.Password(user)}")));
        using var answer = await _platform.SendAsync(request);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("jsessionid").GetString()!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        await _upstream.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        return context.Response.WriteAsJsonAsync(new
        {
            method = context.Request.Method,
            target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
        });
    }

    private async Task PutPoliciesAsync()
    {
        var rules = new object[]
        {
            new { id = "public", effect = "allow", template = "/public/**", who = new[] { "anyone" } },
            new { id = "slashes", effect = "allow", template = "/slashes/**", who = new[] { "anyone" }, encoded = new[] { "slash" } },
            new { id = "members", effect = "allow", template = "/members/**", who = new[] { "authenticated" } },
            new { id = "managers", effect = "allow", template = "/managers/**", who = new[] { new { roles = new[] { new { role = "VRE-Manager", scope = PlatformCluster.AquaMaps } } } } },
            new { id = "no-secrets", effect = "deny", template = "/members/secret/**", who = new[] { "anyone" } },
        };
        using var request = new HttpRequestMessage(HttpMethod.Put, "policies/wiki");
        request.Headers.Add("X-Session-Id", await LogInAsync("root"));
        request.Content = new StringContent(
            JsonSerializer.Serialize(new { hosts = _proxies.Select(proxy => proxy.Authority), rules }), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await _platform.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.Created)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }
    }
}
