using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Api.Users;
using Platform.Api.Users.Passwords;

namespace Platform.Api.Tests.Support;

/// <summary>Password hashes that cost little, which no setting allows; nearly every test logs somebody in.</summary>
internal static class CheapPasswords
{
    private const int Iterations = 1000;

    public static void AddCheapPasswords(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var passwords = provider.GetRequiredService<IOptions<UsersOptions>>().Value.Passwords;
            return new PasswordHasher(Options.Create(new UsersOptions
            {
                Passwords = new PasswordOptions { Iterations = Iterations, Concurrency = passwords.Concurrency, Queue = passwords.Queue },
            }));
        }));
}
