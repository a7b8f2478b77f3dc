using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Access;
using Platform.Api.Http.Logs;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Targets;
using Platform.Api.OAuth;
using Platform.Api.Sessions;

namespace Platform.Api.Http;

/// <summary>What the HTTP side of the platform is made of.</summary>
internal static class FrontSetup
{
    /// <summary>The largest body, apart from session attributes, which have a limit of their own.</summary>
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>
    /// What is logged unless the operator says otherwise: of requests the failed ones alone, since a proxy in front logs the rest.
    /// Defaults in the code, because the folder that a node is started in need not be that of its files.
    /// </summary>
    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:" + typeof(AccessLog).FullName] = "Warning",
    };

    /// <summary>Registers the front: limits, cleaned targets, quiet logs, pages and endpoints.</summary>
    public static void AddFront(this WebApplicationBuilder builder)
    {
        // Hosting would put the path into each trace before the first middleware runs.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", true);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestLineSize = 2 * RequestTargetParser.MaxLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 64;
        });
        var services = builder.Services;
        services.AddOptions<FrontOptions>().Bind(builder.Configuration).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FrontOptions>, FrontOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Issuer>();
        services.AddSingleton<Challenges>();
        services.AddRouting();
        services.AddPlatformOpenApi();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new QuietLoggerFactory(ActivatorUtilities.CreateInstance<LoggerFactory>(
            provider,
            provider.GetServices<ILoggerProvider>(),
            provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetRequiredService<IOptions<LoggerFactoryOptions>>()))));
        Decorate<IServer>(services, inner => new RequestTargetServer(inner));
        AddAntiforgery(services);
        AddForwardedAddress(services);
    }

    /// <summary>Takes the client's address from <c>X-Forwarded-For</c> of known proxies; nothing else that they say counts.</summary>
    public static void UseClientAddress(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<FrontOptions>>().Value.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }

    private static void AddForwardedAddress(IServiceCollection services) =>
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<FrontOptions>>((options, front) =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in front.Value.KnownProxies)
            {
                if (IPAddress.TryParse(proxy, out var address))
                {
                    options.KnownProxies.Add(address);
                }
                else
                {
                    options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
                }
            }
        });

    private static void AddAntiforgery(IServiceCollection services)
    {
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<FrontOptions>>((options, front) =>
        {
            options.FormFieldName = Forgery.Field;
            options.HeaderName = null;
            options.SuppressXFrameOptionsHeader = true;
            options.Cookie.Name = front.Value.IsSecure ? "__Host-antiforgery" : "antiforgery";
            options.Cookie.Path = "/";
            options.Cookie.SecurePolicy = front.Value.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        });
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, SessionBoundTokens>();
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T> decorate)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.Remove(inner);
        services.AddSingleton(provider => decorate((T)(inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
    }
}
