using Platform.Grains.Scopes;

namespace Platform.Api.Users.Ldap;

/// <summary>Finds every fault of an LDAP directory's settings.</summary>
internal static class LdapOptionsValidator
{
    /// <summary>Adds the faults of the settings at <paramref name="place"/>.</summary>
    public static void Validate(LdapOptions options, string place, List<string> faults)
    {
        ValidateServers(options, place, faults);
        ValidateAccount(options, place, faults);
        ValidateSearch(options, place, faults);
        ValidateGroups(options.Groups, $"{place}:Groups", faults);
    }

    private static void ValidateServers(LdapOptions options, string place, List<string> faults)
    {
        if (options.Servers is not { Length: > 0 })
        {
            faults.Add($"{place}:Servers names no server.");
        }

        foreach (var server in options.Servers ?? [])
        {
            if (!LdapServer.TryParse(server, out var parsed))
            {
                faults.Add($"{place}:Servers: '{server}' is not 'ldaps://HOST', 'ldaps://HOST:PORT', 'ldap://HOST' or 'ldap://HOST:PORT'.");
            }
            else if (!parsed.IsTls && !options.StartTls && !options.AllowUnencrypted)
            {
                faults.Add($"{place}:Servers: '{server}' would carry passwords in clear; use ldaps://, StartTls or, knowingly, AllowUnencrypted.");
            }
        }

        if (options.CaFile is not null && OperatingSystem.IsWindows())
        {
            faults.Add($"{place}:CaFile is not supported on Windows; add the authority to the machine's store.");
        }
        else if (options.CaFile is { } file)
        {
            try
            {
                LdapTrust.Read(file);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
            {
                faults.Add($"{place}:CaFile '{file}' gives no certificate: {fault.Message}");
            }
        }

        if (options.MaxConcurrency is < 1 or > 256)
        {
            faults.Add($"{place}:MaxConcurrency is {options.MaxConcurrency}; it is between 1 and 256.");
        }

        if (options.ServerRetry <= TimeSpan.Zero || options.IdleConnection <= TimeSpan.Zero)
        {
            faults.Add($"{place}: ServerRetry and IdleConnection are above zero.");
        }
    }

    private static void ValidateAccount(LdapOptions options, string place, List<string> faults)
    {
        if (options.BindDn is null)
        {
            if (!options.AllowAnonymousSearch)
            {
                faults.Add($"{place}:BindDn names no account to search with, and AllowAnonymousSearch is not set.");
            }

            return;
        }

        if (!DistinguishedName.TryParse(options.BindDn, out _))
        {
            faults.Add($"{place}:BindDn '{options.BindDn}' is not a distinguished name.");
        }

        if (options.BindPassword is not null && options.BindPasswordFile is not null)
        {
            faults.Add($"{place}: BindPassword and BindPasswordFile are both set.");
            return;
        }

        try
        {
            if (string.IsNullOrEmpty(ReadBindPassword(options)))
            {
                faults.Add($"{place}: the password of BindDn is empty or missing; a server would take the bind as anonymous.");
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{place}:BindPasswordFile '{options.BindPasswordFile}' cannot be read: {fault.Message}");
        }
    }

    /// <summary>The password of the account that searches; null where none is set.</summary>
    public static string? ReadBindPassword(LdapOptions options) =>
        options.BindPasswordFile is { } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : options.BindPassword;

    private static void ValidateSearch(LdapOptions options, string place, List<string> faults)
    {
        if ((options.UserDnTemplate is null) == (options.SearchBase is null))
        {
            faults.Add($"{place}: one of UserDnTemplate and SearchBase is set, and not both.");
        }

        if (options.UserDnTemplate is { } template
            && (template.Split("{0}") is not [_, var below] || !below.Contains(',', StringComparison.Ordinal) || !DistinguishedName.TryParse(template.Replace("{0}", "x", StringComparison.Ordinal), out _)))
        {
            faults.Add($"{place}:UserDnTemplate '{template}' is not a distinguished name with one {{0}} and an entry above it.");
        }

        if (options.SearchBase is { } searchBase && !DistinguishedName.TryParse(searchBase, out _))
        {
            faults.Add($"{place}:SearchBase '{searchBase}' is not a distinguished name.");
        }

        if (!LdapText.IsFilter(options.UserFilter))
        {
            faults.Add($"{place}:UserFilter '{options.UserFilter}' is not one filter in parentheses.");
        }

        if (options.EffectiveNameAttributes.Count == 0)
        {
            faults.Add($"{place}:NameAttributes names no attribute.");
        }

        var attributes = options.EffectiveNameAttributes
            .Concat(options.EffectiveDisplayNameAttributes)
            .Concat(options.EffectiveDisabledWhen.Select(condition => condition.Split('=', 2)[0]))
            .Append(options.IdAttribute)
            .Append(options.MailAttribute)
            .Append(options.Groups.MemberAttribute)
            .Append(options.Groups.MemberOfAttribute ?? "memberOf");
        foreach (var attribute in attributes.Where(attribute => !LdapText.IsAttribute(attribute)))
        {
            faults.Add($"{place}: '{attribute}' is not the name of an attribute.");
        }
    }

    private static void ValidateGroups(LdapGroupOptions options, string place, List<string> faults)
    {
        if (options.SearchBase is { } searchBase && !DistinguishedName.TryParse(searchBase, out _))
        {
            faults.Add($"{place}:SearchBase '{searchBase}' is not a distinguished name.");
        }

        if (!LdapText.IsFilter(options.Filter))
        {
            faults.Add($"{place}:Filter '{options.Filter}' is not one filter in parentheses.");
        }

        if (options.Rules is { Length: > 0 } && options.SearchBase is null && options.MemberOfAttribute is null)
        {
            faults.Add($"{place}:Rules give nothing while neither SearchBase nor MemberOfAttribute is set.");
        }

        foreach (var (rule, index) in (options.Rules ?? []).Select((rule, index) => (rule, index)))
        {
            if (string.IsNullOrWhiteSpace(rule.Group)
                || (rule.Group.Contains('=', StringComparison.Ordinal) && !DistinguishedName.TryParse(rule.Group, out _)))
            {
                faults.Add($"{place}:Rules:{index}:Group '{rule.Group}' is neither a group's DN nor its cn.");
            }

            if (!ScopePath.TryParse(rule.Scope, out _))
            {
                faults.Add($"{place}:Rules:{index}:Scope '{rule.Scope}': {ScopePath.Grammar}.");
            }

            foreach (var role in (rule.Roles ?? []).Where(role => !Roles.All.ContainsKey(role)))
            {
                faults.Add($"{place}:Rules:{index}:Roles: '{role}' is not a role; there are {string.Join(", ", Roles.All.Values.Order(StringComparer.Ordinal))}.");
            }
        }
    }
}
