namespace Platform.Api.OAuth.Logout;

/// <summary>Logout at a client's wish, and telling clients of logouts.</summary>
internal static class LogoutSetup
{
    /// <summary>Registers them.</summary>
    public static void AddLogout(this IServiceCollection services)
    {
        services.AddSingleton<LogoutRequests>();
        services.AddSingleton<LogoutSteps>();
        services.AddSingleton<EndSessionEndpoint>();
        services.AddSingleton<LogoutTokens>();
        services.AddSingleton<LogoutDelivery>();
        services.AddHostedService(provider => provider.GetRequiredService<LogoutDelivery>());
    }
}
