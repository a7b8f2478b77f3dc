using Microsoft.Extensions.Options;

namespace Platform.Api.Sessions;

/// <summary>Login, logout and sessions.</summary>
internal static class SessionSetup
{
    /// <summary>Registers them.</summary>
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SessionOptions>().Bind(builder.Configuration.GetSection(SessionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SessionOptions>, SessionOptionsValidation>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SessionActivity>();
        services.AddSingleton<SessionLookup>();
        services.AddSingleton<SessionEnd>();
        services.AddSingleton<Forgery>();
        services.AddSingleton<LoginPage>();
        services.AddSingleton<LoginEndpoints>();
        services.AddSingleton<LogoutEndpoints>();
        services.AddSingleton<SessionEndpoints>();
        services.AddSingleton<AttributeEndpoints>();
    }

    /// <summary>Maps them.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        LoginEndpoints.Map(routes);
        LogoutEndpoints.Map(routes);
        SessionEndpoints.Map(routes);
        AttributeEndpoints.Map(routes);
    }
}
