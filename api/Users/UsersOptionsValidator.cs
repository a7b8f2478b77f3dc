using Microsoft.Extensions.Options;
using Platform.Api.Users.Ldap;
using Platform.Api.Users.Passwords;
using Platform.Grains.OAuth;

namespace Platform.Api.Users;

/// <summary>Finds every fault of <see cref="UsersOptions"/> at once.</summary>
internal sealed class UsersOptionsValidator : IValidateOptions<UsersOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, UsersOptions options)
    {
        var faults = new List<string>();
        ValidateDirectories(options, faults);
        if (options.Passwords.Iterations is < PasswordHash.OwaspIterations or > PasswordHash.MaxIterations)
        {
            faults.Add($"{UsersOptions.Section}:Passwords:Iterations is {options.Passwords.Iterations}; it is between {PasswordHash.OwaspIterations} and {PasswordHash.MaxIterations}.");
        }

        CheckRange(options.Passwords.Concurrency ?? 1, 1, 1024, "Passwords:Concurrency", faults);
        CheckRange(options.Passwords.Queue, 0, 100_000, "Passwords:Queue", faults);
        CheckRange(options.RecheckCapacity, 1, 10_000_000, "RecheckCapacity", faults);
        CheckRange(options.RefusalFloor, TimeSpan.Zero, TimeSpan.FromSeconds(10), "RefusalFloor", faults);
        CheckRange(options.RefusalJitter, TimeSpan.Zero, TimeSpan.FromSeconds(10), "RefusalJitter", faults);
        CheckRange(options.RecheckInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "RecheckInterval", faults);
        CheckRange(options.RecheckRetry, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "RecheckRetry", faults);
        CheckRange(options.RecheckPatience, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), "RecheckPatience", faults);
        CheckRange(options.LdapConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), "LdapConnectTimeout", faults);
        CheckRange(options.LdapOperationTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), "LdapOperationTimeout", faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void ValidateDirectories(UsersOptions options, List<string> faults)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var needsLdap = false;
        foreach (var (directory, index) in options.OrderedDirectories.Select((directory, index) => (directory, index)))
        {
            var place = $"{UsersOptions.Section}:Directories:{index}";
            var name = directory.EffectiveName;
            if (name.Length is 0 or > 32 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            {
                faults.Add($"{place}:Name '{name}' is not 1 to 32 letters, digits and '-'.");
            }
            else if (name == ClientId.MemberDirectory)
            {
                faults.Add($"{place}:Name is '{name}', under which OAuth clients are members of scopes.");
            }
            else if (!names.Add(name))
            {
                faults.Add($"{place}:Name '{name}' is another directory's name, too.");
            }

            switch (directory.Type)
            {
                case DirectoryOptions.Local when name != DirectoryOptions.Local:
                    faults.Add($"{place}:Name is '{name}'; the local directory has no other name than 'local'.");
                    break;
                case DirectoryOptions.Local:
                    break;
                case DirectoryOptions.LdapType when name == DirectoryOptions.Local:
                    faults.Add($"{place}:Name is 'local', which is the local directory's.");
                    break;
                case DirectoryOptions.LdapType:
                    needsLdap = true;
                    LdapOptionsValidator.Validate(directory.Ldap, $"{place}:Ldap", faults);
                    break;
                default:
                    faults.Add($"{place}:Type is '{directory.Type}'; it is 'local' or 'ldap'.");
                    break;
            }
        }

        if (needsLdap && !LdapNative.IsAvailable)
        {
            faults.Add($"{UsersOptions.Section}:Directories has an LDAP directory, but the OpenLDAP client library (libldap) is not installed.");
        }
    }

    private static void CheckRange<T>(T value, T least, T most, string setting, List<string> faults)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add($"{UsersOptions.Section}:{setting} is {value}; it is between {least} and {most}.");
        }
    }
}
