using Microsoft.Extensions.Options;
using Platform.Api.Policies.AuthZen;
using Platform.Api.Policies.Decisions;
using Platform.Api.Policies.Filter;
using Platform.Api.Policies.Sets;
using Platform.Api.Policies.Subjects;
using Platform.Grains.Policies;

namespace Platform.Api.Policies;

/// <summary>Policies: who may do which method on which URL of a protected service.</summary>
internal static class PolicySetup
{
    /// <summary>Registers them.</summary>
    public static void AddPolicies(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddPolicyGroups(builder.Configuration);
        services.AddSingleton<PolicySubjects>();
        services.AddSingleton<OwnPolicies>();
        services.AddSingleton<IPolicySets, PolicyGrains>();
        services.AddSingleton<PolicyStore>();
        services.AddSingleton<PolicySetEndpoints>();
        services.AddSingleton<PolicySetChanges>();
        services.AddSingleton<PolicyDecider>();
        services.AddSingleton<ExplainEndpoint>();
        services.AddSingleton<DryRunEndpoint>();
        services.AddSingleton<AuthZenEndpoints>();
    }

    /// <summary>Registers the groups that rules may name: all that checking a file of rules needs.</summary>
    public static void AddPolicyGroups(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PolicyOptions>().Bind(configuration.GetSection(PolicyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PolicyOptions>, PolicyOptionsValidation>();
        services.AddSingleton<PolicyGroups>();
    }

    /// <summary>Maps them.</summary>
    public static void MapPolicies(this IEndpointRouteBuilder routes)
    {
        PolicySetEndpoints.Map(routes);
        ExplainEndpoint.Map(routes);
        DryRunEndpoint.Map(routes);
        AuthZenEndpoints.Map(routes);
    }
}
