using Microsoft.Extensions.Options;
using Platform.Api.Policies.OpenSso.Documents;
using Platform.Api.Policies.OpenSso.Identity;

namespace Platform.Api.Policies.OpenSso;

/// <summary>OpenSSO's identity services and policy service, for OpenTox services and their clients (docs/opensso.md).</summary>
internal static class OpenSsoSetup
{
    /// <summary>Registers them.</summary>
    public static void AddOpenSso(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OpenSsoOptions>().Bind(builder.Configuration.GetSection(OpenSsoOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OpenSsoOptions>, OpenSsoOptionsValidation>();
        if (builder.Configuration.GetSection(OpenSsoOptions.Section).Get<OpenSsoOptions>() is { Enabled: true, OpenAccounts: { Count: > 0 } accounts })
        {
            services.AddSingleton(new OpenAccountDirectory(accounts));
        }

        services.AddSingleton<OpenSsoTokens>();
        services.AddSingleton<OpenSsoNames>();
        services.AddSingleton<TokenOperations>();
        services.AddSingleton<AuthorizeOperation>();
        services.AddSingleton<DirectoryOperations>();
        services.AddSingleton<IdentityEndpoints>();
        services.AddSingleton<DocumentSubjects>();
        services.AddSingleton<PolicyServiceEndpoints>();
    }

    /// <summary>Maps them where the operator turned them on.</summary>
    public static void MapOpenSso(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<IOptions<OpenSsoOptions>>().Value.Enabled)
        {
            IdentityEndpoints.Map(routes);
            PolicyServiceEndpoints.Map(routes);
        }
    }
}
