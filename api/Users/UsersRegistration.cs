using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth.Clients;
using Platform.Api.Users.Passwords;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Users;

namespace Platform.Api.Users;

/// <summary>Registers users: directories, login, re-check, local administration.</summary>
internal static class UsersRegistration
{
    /// <summary>Adds them; grains, storage and session options are registered apart.</summary>
    public static IServiceCollection AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<UsersOptions>().Bind(configuration.GetSection(UsersOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<UsersOptions>, UsersOptionsValidator>());
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<IPasswords, LocalPasswords>();
        services.AddSingleton<IClientRules, CheckedClientRules>();
        services.AddSingleton(UserDirectories.Create);
        services.AddSingleton<DirectoryConfirmations>();
        services.AddSingleton<DirectoryMemberships>();
        services.AddSingleton<IDirectoryRecheck, DirectoryRecheck>();
        services.AddSingleton<LoginGate>();
        services.AddSingleton<ILogin, Login>();
        services.AddSingleton<LocalUsers>();
        return services;
    }
}
