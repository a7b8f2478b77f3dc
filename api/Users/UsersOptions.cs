using Platform.Api.Users.Ldap;

namespace Platform.Api.Users;

/// <summary>Who can log in, and how.</summary>
internal sealed class UsersOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Users";

    /// <summary>
    /// The directories in the order in which they are asked; the first that knows a name decides. Default: the local one alone.
    /// </summary>
    public DirectoryOptions[]? Directories { get; set; }

    /// <summary>How passwords of local users are hashed.</summary>
    public PasswordOptions Passwords { get; set; } = new();

    /// <summary>The shortest time in which a login is refused, whatever the cause. Default: 300 ms.</summary>
    public TimeSpan RefusalFloor { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>A random time up to this is added to the floor. Default: 100 ms.</summary>
    public TimeSpan RefusalJitter { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a node lets the sessions of a directory's user go on without asking the directory again. Default: 5 minutes.
    /// </summary>
    public TimeSpan RecheckInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node waits before it asks again after a directory did not answer. Default: 15 s.</summary>
    public TimeSpan RecheckRetry { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a request waits for the directory where it has to be asked first; a slower one counts as down. Default: 2 s.
    /// </summary>
    public TimeSpan RecheckPatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many users a node remembers as confirmed. Default: 100000.</summary>
    public int RecheckCapacity { get; set; } = 100_000;

    /// <summary>How long a connection to an LDAP server may take, for all directories. Default: 3 s.</summary>
    public TimeSpan LdapConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one LDAP operation may take, for all directories. Default: 5 s.</summary>
    public TimeSpan LdapOperationTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The configured directories, or the default.</summary>
    public IReadOnlyList<DirectoryOptions> OrderedDirectories =>
        Directories is { Length: > 0 } ? Directories : [new DirectoryOptions { Type = DirectoryOptions.Local }];
}

/// <summary>How passwords of local users are hashed (PBKDF2-HMAC-SHA512).</summary>
internal sealed class PasswordOptions
{
    /// <summary>The work factor of new hashes; older ones are raised to it at login. Default and least: 210000 (OWASP).</summary>
    public int Iterations { get; set; } = Platform.Api.Users.Passwords.PasswordHash.OwaspIterations;

    /// <summary>How many are hashed at once. Default: as many as there are cores.</summary>
    public int? Concurrency { get; set; }

    /// <summary>How many may wait beyond those; a login over it is answered as throttled. Default: 200.</summary>
    public int Queue { get; set; } = 200;
}

/// <summary>One directory: the local one, or LDAP servers that hold the same users.</summary>
internal sealed class DirectoryOptions
{
    /// <summary>The type of the directory of local users.</summary>
    public const string Local = "local";

    /// <summary>The type of a directory on LDAP servers.</summary>
    public const string LdapType = "ldap";

    /// <summary><c>local</c> or <c>ldap</c>.</summary>
    public string? Type { get; set; }

    /// <summary>
    /// The name that users of the directory are keyed by, letters, digits, <c>-</c>; never change it. Default: the type.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>The settings of an LDAP directory.</summary>
    public LdapOptions Ldap { get; set; } = new();

    /// <summary><see cref="Name"/>, or its default.</summary>
    public string EffectiveName => Name ?? Type ?? "";
}
