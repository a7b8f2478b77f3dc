using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Platform.Policies.AspNetCore;

namespace Platform.Api.Tests.Policies.AspNetCore;

/// <summary>Somebody else's service on a Kestrel of its own, which keeps to the platform's policies.</summary>
internal sealed class ProtectedService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProtectedService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>How many requests got as far as the service itself.</summary>
    public int Reached { get; private set; }

    /// <summary>Starts it.</summary>
    /// <param name="platform">Where it asks.</param>
    /// <param name="publicUrl">Which service it is.</param>
    public static async Task<ProtectedService> StartAsync(Uri platform, string publicUrl)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddPlatformPolicies(options => (options.Platform, options.PublicUrl) = (platform, new Uri(publicUrl)));
        var service = new ProtectedService(builder.Build());
        service._app.UsePlatformPolicies();
        service._app.Run(service.AnswerAsync);
        await service._app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Reached++;
        var claims = string.Join(';', context.User.Claims.Select(claim => $"{claim.Type.Split('/')[^1]}={claim.Value}"));
        return context.Response.WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"path {context.Request.Path.Value} user {context.User.Identity?.Name} in-staff {context.User.IsInRole("staff")} header {context.Request.Headers["Remote-User"]} scope {context.User.FindFirstValue("platform_scope")} claims {claims}"));
    }
}
