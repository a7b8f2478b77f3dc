using Microsoft.Extensions.Options;
using Platform.Api.Users.Ldap;
using Platform.Grains.Users;

namespace Platform.Api.Policies.OpenSso;

/// <summary>The services of OpenSSO that OpenTox services call.</summary>
internal sealed class OpenSsoOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OpenSso";

    /// <summary>Whether they are there. Passwords may come in query strings, and tokens are session ids. Default: no.</summary>
    public bool Enabled { get; set; }

    /// <summary>Under which name users and groups stand in policy documents. Default: <c>dc=opentox,dc=org</c>.</summary>
    public string BaseDn { get; set; } = "dc=opentox,dc=org";

    /// <summary>Who may register policies on <c>-*-</c>, which stand for URLs that nobody registered yet. Default: everyone with a session, open accounts aside.</summary>
    public WildcardUsers Wildcards { get; set; } = WildcardUsers.Everyone;

    /// <summary>
    /// Accounts whose password is their name, such as <c>anonymous</c> and <c>guest</c>. A user of a directory with the same name comes first.
    /// Where a name is taken off this list, its sessions end. Default: none.
    /// </summary>
    public IList<string> OpenAccounts { get; } = [];
}

/// <summary>Who may register policies with wildcards.</summary>
internal enum WildcardUsers
{
    /// <summary>Everyone with a session, open accounts aside.</summary>
    Everyone,

    /// <summary>Those who manage the infrastructure.</summary>
    Managers,

    /// <summary>Nobody.</summary>
    Nobody,
}

/// <summary>Refuses names that nothing could have.</summary>
internal sealed class OpenSsoOptionsValidation : IValidateOptions<OpenSsoOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, OpenSsoOptions options)
    {
        var failures = new List<string>();
        if (!DistinguishedName.TryParse(options.BaseDn, out _) || options.BaseDn.Any(char.IsControl))
        {
            failures.Add($"{OpenSsoOptions.Section}:BaseDn is '{options.BaseDn}'; it has to be a distinguished name such as dc=opentox,dc=org.");
        }

        if (!Enum.IsDefined(options.Wildcards))
        {
            failures.Add($"{OpenSsoOptions.Section}:Wildcards is '{options.Wildcards}'; it has to be Everyone, Managers or Nobody.");
        }

        foreach (var account in options.OpenAccounts.Where(account => !LocalName.TryParse(account, out var parsed) || parsed.Value != account))
        {
            failures.Add($"{OpenSsoOptions.Section}:OpenAccounts holds '{account}'; it has to be a user name in lower case.");
        }

        if (options.OpenAccounts.Count > 0 && !options.Enabled)
        {
            failures.Add($"{OpenSsoOptions.Section}:OpenAccounts is set, and {OpenSsoOptions.Section}:Enabled is not; open accounts are for OpenSSO's clients.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
