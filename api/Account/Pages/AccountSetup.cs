namespace Platform.Api.Account.Pages;

/// <summary>The pages on which everyone looks after their own account, at <c>/account</c>.</summary>
internal static class AccountSetup
{
    /// <summary>Registers them.</summary>
    public static void AddAccountPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<AccountDesk>();
        services.AddSingleton<OwnScopePages>();
        services.AddSingleton<TermsPages>();
        services.AddSingleton<InvitationPages>();
        services.AddSingleton<OwnSessionPages>();
        services.AddSingleton<ProfilePages>();
        services.AddSingleton<ResetPages>();
    }

    /// <summary>Maps them.</summary>
    public static void MapAccountPages(this IEndpointRouteBuilder routes)
    {
        OwnScopePages.Map(routes);
        TermsPages.Map(routes);
        InvitationPages.Map(routes);
        OwnSessionPages.Map(routes);
        ProfilePages.Map(routes);
        ResetPages.Map(routes);
    }
}
