using Microsoft.Extensions.Options;
using Platform.Api.Policies.OpenSso;
using Platform.Api.Users.Ldap;

namespace Platform.Api.Users;

/// <summary>The configured directories, in the order in which they are asked.</summary>
internal sealed class UserDirectories : IDisposable
{
    private readonly Dictionary<string, IUserDirectory> _byName;

    /// <summary>With directories of the caller's.</summary>
    internal UserDirectories(IReadOnlyList<IUserDirectory> ordered)
    {
        Ordered = ordered;
        _byName = ordered.ToDictionary(directory => directory.Name, StringComparer.Ordinal);
    }

    /// <summary>The directories in their order.</summary>
    public IReadOnlyList<IUserDirectory> Ordered { get; }

    /// <summary>Makes the directories of the configuration.</summary>
    public static UserDirectories Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<UsersOptions>>().Value;
        return new UserDirectories(
        [
            .. options.OrderedDirectories.Select(IUserDirectory (directory) => directory.Type == DirectoryOptions.LdapType
                ? ActivatorUtilities.CreateInstance<LdapUserDirectory>(services, directory.EffectiveName, directory.Ldap, options)
                : ActivatorUtilities.CreateInstance<LocalUserDirectory>(services)),
            .. services.GetService<OpenAccountDirectory>() is { } open ? [open] : Array.Empty<IUserDirectory>(),
        ]);
    }

    /// <summary>The directory with this name; null where none is configured.</summary>
    public IUserDirectory? Find(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var directory in Ordered.OfType<IDisposable>())
        {
            directory.Dispose();
        }
    }
}
