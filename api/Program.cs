using Platform.Api.Cluster;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Logs;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Targets;
using Platform.Api.Scopes;
using Platform.Api.Sessions;

namespace Platform.Api;

/// <summary>A node: what it is made of, and the way of a request through it.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        await Build(args).RunAsync();
        return 0;
    }

    /// <summary>Builds a node.</summary>
    /// <param name="args">Configuration from the command line.</param>
    /// <param name="adjust">What tests and the demo do differently; runs last before the node is built.</param>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.AddFront();
        builder.AddSessions();
        builder.AddScopes();
        builder.AddHealth();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseMiddleware<AccessLog>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<RequestTargetMiddleware>();
        app.UseClientAddress();
        app.UseRouting();
        app.UseMiddleware<SessionCredentials>();
        app.UseMiddleware<AccessMiddleware>();

        app.MapSessions();
        app.MapScopes();
        app.MapHealth();
        app.MapStyleSheet();
        app.MapPlatformOpenApi();
        return app;
    }
}
