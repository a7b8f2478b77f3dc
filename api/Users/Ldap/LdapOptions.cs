namespace Platform.Api.Users.Ldap;

/// <summary>An LDAP directory: servers, encryption, how users are found, what their attributes and groups mean.</summary>
internal sealed class LdapOptions
{
    /// <summary>
    /// The servers, for instance <c>ldaps://ldap1.example.org</c>, in the order in which they are tried; all hold the same users.
    /// </summary>
    public string[]? Servers { get; set; }

    /// <summary>Whether connections to <c>ldap://</c> servers turn to TLS before anything is sent. Default: no.</summary>
    public bool StartTls { get; set; }

    /// <summary>Whether <c>ldap://</c> without StartTLS is allowed: passwords cross the network in clear. Default: no.</summary>
    public bool AllowUnencrypted { get; set; }

    /// <summary>A PEM file with the certificates of the authorities that vouch for the servers. Default: the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>The account that searches. Default: none, which needs <see cref="AllowAnonymousSearch"/>.</summary>
    public string? BindDn { get; set; }

    /// <summary>That account's password.</summary>
    public string? BindPassword { get; set; }

    /// <summary>A file that holds the password, instead of <see cref="BindPassword"/>; a line end after it is not part of it.</summary>
    public string? BindPasswordFile { get; set; }

    /// <summary>Whether searches are made without an account. Default: no.</summary>
    public bool AllowAnonymousSearch { get; set; }

    /// <summary>
    /// The DN of the user whose name takes the place of <c>{0}</c>, for instance <c>uid={0},ou=people,dc=example,dc=org</c>.
    /// Default: none, users are searched below <see cref="SearchBase"/>.
    /// </summary>
    public string? UserDnTemplate { get; set; }

    /// <summary>Below which entry users are searched.</summary>
    public string? SearchBase { get; set; }

    /// <summary>Which entries are users; one that no longer matches is no longer a user. Default: <c>(objectClass=person)</c>.</summary>
    public string UserFilter { get; set; } = "(objectClass=person)";

    /// <summary>The attributes that a typed name may be in. The first is shown as the user's name. Default: <c>uid</c>.</summary>
    public string[]? NameAttributes { get; set; }

    /// <summary>The immutable id. Default: <c>entryUUID</c>.</summary>
    public string IdAttribute { get; set; } = "entryUUID";

    /// <summary>Whether the id is 16 bytes, as in <c>objectGUID</c>, rather than text. Default: no.</summary>
    public bool IdIsBinaryGuid { get; set; }

    /// <summary>The attributes that may hold the full name, the first that is there counts. Default: <c>displayName</c>, <c>cn</c>.</summary>
    public string[]? DisplayNameAttributes { get; set; }

    /// <summary>The mail address. Default: <c>mail</c>.</summary>
    public string MailAttribute { get; set; } = "mail";

    /// <summary>
    /// Attributes, or <c>attribute=value</c>, that a disabled user has. Default: <c>pwdAccountLockedTime=000001010000Z</c>, an
    /// administrator's lock; a lock after wrong guesses has another value and ends no session.
    /// </summary>
    public string[]? DisabledWhen { get; set; }

    /// <summary>How many operations run at once; user binds count among them. Default: 16.</summary>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>How long a server that failed is passed over while another one answers. Default: 10 s.</summary>
    public TimeSpan ServerRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a search connection is kept without use. Default: 1 minute.</summary>
    public TimeSpan IdleConnection { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How groups give memberships.</summary>
    public LdapGroupOptions Groups { get; set; } = new();

    /// <summary><see cref="NameAttributes"/>, or its default.</summary>
    public IReadOnlyList<string> EffectiveNameAttributes => NameAttributes ?? ["uid"];

    /// <summary><see cref="DisplayNameAttributes"/>, or its default.</summary>
    public IReadOnlyList<string> EffectiveDisplayNameAttributes => DisplayNameAttributes ?? ["displayName", "cn"];

    /// <summary><see cref="DisabledWhen"/>, or its default.</summary>
    public IReadOnlyList<string> EffectiveDisabledWhen => DisabledWhen ?? ["pwdAccountLockedTime=000001010000Z"];
}

/// <summary>How groups of a directory give memberships.</summary>
internal sealed class LdapGroupOptions
{
    /// <summary>Below which entry groups that list their members are searched. Default: none, groups are not searched.</summary>
    public string? SearchBase { get; set; }

    /// <summary>Which entries are groups. Default: <c>(objectClass=groupOfNames)</c>.</summary>
    public string Filter { get; set; } = "(objectClass=groupOfNames)";

    /// <summary>The group's attribute that holds the DNs of its members. Default: <c>member</c>.</summary>
    public string MemberAttribute { get; set; } = "member";

    /// <summary>The user's attribute that holds the DNs of their groups, for instance <c>memberOf</c>. Default: none, it is not read.</summary>
    public string? MemberOfAttribute { get; set; }

    /// <summary>What each group gives; a group without a rule gives nothing.</summary>
    public LdapGroupRule[]? Rules { get; set; }
}

/// <summary>Members of a group are members of a scope.</summary>
internal sealed class LdapGroupRule
{
    /// <summary>The group's DN, or its <c>cn</c> alone.</summary>
    public string? Group { get; set; }

    /// <summary>The scope's path.</summary>
    public string? Scope { get; set; }

    /// <summary>The roles in it. Default: none, a plain member.</summary>
    public string[]? Roles { get; set; }
}
