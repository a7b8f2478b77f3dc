using Microsoft.Extensions.Options;
using Platform.Api.Account.Pages;
using Platform.Api.Administration;
using Platform.Api.Administration.Pages;
using Platform.Api.Cluster;
using Platform.Api.Console;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Logs;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Targets;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Credentials;
using Platform.Api.Policies;
using Platform.Api.Policies.OpenSso;
using Platform.Api.Policies.Filter;
using Platform.Api.Policies.ForwardAuth;
using Platform.Api.Resources;
using Platform.Api.Runs;
using Platform.Api.Scim;
using Platform.Api.Scopes;
using Platform.Api.Sessions;
using Platform.Api.Swagger;
using Platform.Api.Users;
using Platform.Api.Viewer;
using Platform.Silo;

namespace Platform.Api;

/// <summary>A node: what it is made of, and the way of a request through it.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        PlatformCommandLine.RunAsync(args, start => Build([], builder => builder.AddConsole(start)).RunAsync());

    /// <summary>Builds a node.</summary>
    /// <param name="args">Settings from the command line.</param>
    /// <param name="prepare">Brings settings that come before all others, and what depends on how the node was started.</param>
    /// <param name="adjust">Replaces what a test stands in for; runs last.</param>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? prepare = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.UseKestrelHttpsConfiguration();
        prepare?.Invoke(builder);
        builder.AddPlatformEngine();
        builder.AddFront();
        builder.Services.AddUsers(builder.Configuration);
        builder.AddSessions();
        builder.AddScopes();
        builder.AddOAuth();
        builder.AddResources();
        builder.AddRuns();
        builder.AddPolicies();
        builder.AddForwardAuth();
        builder.AddOpenSso();
        builder.AddAdministration();
        builder.AddScim();
        builder.AddViewer();
        builder.AddConsolePages();
        builder.AddAccountPages();
        builder.AddSwagger();
        builder.AddHealth();
        adjust?.Invoke(builder);

        var app = builder.Build();

        // All that is wrong with the settings is said at once, before the first of them is used.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.UseMiddleware<UnreadBody>();
        app.UseMiddleware<AccessLog>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<RequestTargetMiddleware>();
        app.UseMiddleware<ProxyConnectionMiddleware>();
        app.UseMiddleware<PublicAddress>();
        app.UseClientAddress();
        app.UseRouting();
        app.UseMiddleware<ForwardMiddleware>();
        app.UseMiddleware<PolicyQuestions>();
        app.UseMiddleware<SessionCredentials>();
        app.UseMiddleware<TokenCredentials>();
        app.UseMiddleware<AccessMiddleware>();

        app.MapSessions();
        app.MapScopes();
        app.MapOAuth();
        app.MapResources();
        app.MapRuns();
        app.MapPolicies();
        app.MapForwardAuth();
        app.MapOpenSso();
        app.MapAdministration();
        app.MapScim();
        app.MapViewer();
        app.MapHealth();
        app.MapStyleSheet();
        app.MapEnhancement();
        app.MapPlatformOpenApi();
        app.MapSwagger();
        app.MapConsolePages();
        app.MapAccountPages();
        return app;
    }
}
