namespace Platform.Api.Policies.ForwardAuth;

/// <summary>Forward authentication for reverse proxies.</summary>
internal static class ForwardAuthSetup
{
    /// <summary>Registers it.</summary>
    public static void AddForwardAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<KnownProxies>();
        services.AddSingleton<IdentityHeaders>();
        services.AddSingleton<ForwardAnswers>();
        services.AddSingleton<HostSessions>();
        services.AddSingleton<HostCodes>();
        services.AddSingleton<ForwardEndpoints>();
        services.AddSingleton<HostLoginEndpoint>();
        services.AddSingleton<HostPages>();
    }

    /// <summary>Maps it.</summary>
    public static void MapForwardAuth(this IEndpointRouteBuilder routes)
    {
        ForwardEndpoints.Map(routes);
        HostLoginEndpoint.Map(routes);
        HostPages.Map(routes);
    }
}
