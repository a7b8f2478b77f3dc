using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Runs;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Storage;

namespace Platform.Grains.Administration.Scopes;

/// <summary>Registers the administration of scopes and their members.</summary>
internal static class ScopeAdministrationServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddScopeAdministration(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NoticeOptions>()
            .Bind(configuration.GetSection(NoticeOptions.Section))
            .Validate(
                options => options.Before >= TimeSpan.FromDays(1) && options.Before <= TimeSpan.FromDays(366),
                "Notices:Before must be 1 day to 366 days.")
            .ValidateOnStart();
        services.AddSingleton<ScopeActs>();
        services.AddSingleton<ScopeMoves>();
        services.AddSingleton<MemberTable>();
        services.AddSingleton<IExpiredRows, OverRows>();
        services.AddSingleton(provider => new ScopeAdministration(
            Get<ScopeActs>(provider), Get<ScopeMoves>(provider), Get<AuthorityReader>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new DefinitionAdministration(
            Get<IStateStore>(provider), Get<ScopeActs>(provider), Get<AuthorityReader>(provider)));
        services.AddSingleton(provider => new TermsAdministration(Get<IStateStore>(provider), Get<ScopeActs>(provider), Get<AuthorityReader>(provider)));
        services.AddSingleton(provider => new RunSettingsAdministration(
            Get<IStateStore>(provider), Get<ScopeActs>(provider), Get<AuthorityReader>(provider), Get<IOptions<RunOptions>>(provider)));
        services.AddSingleton(provider => new MemberAdministration(
            Get<IStateStore>(provider), Get<ScopeActs>(provider), Get<AuthorityReader>(provider), Get<MemberTable>(provider), Get<MemberList>(provider)));
        services.AddSingleton(provider => new InvitationAdministration(
            Get<IStateStore>(provider),
            Get<ScopeActs>(provider),
            Get<AuthorityReader>(provider),
            Get<MemberTable>(provider),
            Get<IActivityStore>(provider),
            Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new Admissions(Get<ScopeActs>(provider), Get<MemberTable>(provider), Get<IActivityStore>(provider)));
        services.AddSingleton(provider => new Notices(
            Get<IStateStore>(provider), Get<AuthorityReader>(provider), Get<MemberTable>(provider), Get<IOptions<NoticeOptions>>(provider), Get<TimeProvider>(provider)));
        return services;
    }

    private static T Get<T>(IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();
}
