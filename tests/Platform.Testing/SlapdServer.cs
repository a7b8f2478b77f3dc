using System.Globalization;

namespace Platform.Testing;

/// <summary>
/// An OpenLDAP server on loopback, in clear and with TLS, with people below <c>ou=people</c>, groups below <c>ou=groups</c>, the
/// <c>memberof</c> and <c>ppolicy</c> overlays, an attribute <c>testGuid</c> of 16 bytes as Active Directory's <c>objectGUID</c>, and
/// an account that may search. Strangers may bind, and read nothing.
/// </summary>
public sealed class SlapdServer : IAsyncDisposable
{
    /// <summary>The root of its entries.</summary>
    public const string Suffix = "dc=example,dc=org";

    /// <summary>Below which people are.</summary>
    public const string People = $"ou=people,{Suffix}";

    /// <summary>Below which groups are.</summary>
    public const string Groups = $"ou=groups,{Suffix}";

    /// <summary>The account that may read everything.</summary>
    public const string SearchDn = $"cn=search,{Suffix}";

    /// <summary>Its password.</summary>
    public const string SearchPassword = "the-search-account-password";

    private const string AdminDn = $"cn=admin,{Suffix}";
    private const string AdminPassword = "the-admin-password";
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private readonly int _tlsPort = FreePort.Next();
    private ServerProcess? _process;
    private int _files;

    private SlapdServer()
    {
    }

    /// <summary>Where it listens in clear, and for StartTLS.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{_port}");

    /// <summary>Where it listens with TLS.</summary>
    public string TlsUrl => string.Create(CultureInfo.InvariantCulture, $"ldaps://127.0.0.1:{_tlsPort}");

    /// <summary>The certificate of the authority that vouches for it.</summary>
    public string CaFile => _folder.File("ca.pem");

    /// <summary>Starts a server with the two folders and the account, and no people.</summary>
    public static async Task<SlapdServer> StartNewAsync()
    {
        var server = new SlapdServer();
        try
        {
            await server.InitialiseAsync();
            await server.StartAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Starts it, on the same ports and entries as before.</summary>
    public async Task StartAsync()
    {
        _process = ServerProcess.Start("/usr/sbin/slapd", ["-f", _folder.File("slapd.conf"), "-h", $"{Url} {TlsUrl}", "-d", "0"]);
        await Eventually.TrueAsync(AnswersAsync, s_deadline, $"slapd answers at {Url}: {_process.Output}");
    }

    /// <summary>Stops it; connections are closed.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.KillAsync();
            process.Dispose();
        }
    }

    /// <summary>Freezes it: connections are still taken, and nothing is answered.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    /// <summary>Ends <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync() => _process!.SignalAsync("CONT");

    /// <summary>The DN of a person.</summary>
    public static string PersonDn(string uid) => $"uid={uid},{People}";

    /// <summary>Adds a person.</summary>
    public Task AddPersonAsync(string uid, string fullName, string password) => AddAsync($"""
        dn: {PersonDn(uid)}
        objectClass: inetOrgPerson
        uid: {uid}
        cn: {fullName}
        sn: {fullName}
        displayName: {fullName}
        mail: {uid}@example.org
        userPassword: {password}
        """);

    /// <summary>Adds a group.</summary>
    public Task AddGroupAsync(string name, params string[] memberDns) => AddAsync($"""
        dn: cn={name},{Groups}
        objectClass: groupOfNames
        cn: {name}
        {string.Join('\n', memberDns.Select(dn => $"member: {dn}"))}
        """);

    /// <summary>Adds the entries of an LDIF.</summary>
    public Task AddAsync(string ldif) => RunAsync("ldapadd", ldif);

    /// <summary>Makes the changes of an LDIF.</summary>
    public Task ModifyAsync(string ldif) => RunAsync("ldapmodify", ldif);

    /// <summary>Deletes an entry.</summary>
    public Task DeleteAsync(string dn) => ServerProcess.RunAsync("ldapdelete", "-x", "-H", Url, "-D", AdminDn, "-w", AdminPassword, dn);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task InitialiseAsync()
    {
        TestCertificates.Write(_folder.FullName);
        Directory.CreateDirectory(_folder.File("data"));
        await File.WriteAllTextAsync(_folder.File("slapd.conf"), $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            attributetype ( 1.3.6.1.4.1.55555.1 NAME 'testGuid' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
            objectclass ( 1.3.6.1.4.1.55555.2 NAME 'testObject' SUP top AUXILIARY MAY testGuid )
            modulepath /usr/lib/ldap
            moduleload back_mdb
            moduleload memberof
            moduleload ppolicy
            pidfile {_folder.File("pid")}
            TLSCACertificateFile {CaFile}
            TLSCertificateFile {_folder.File("server.pem")}
            TLSCertificateKeyFile {_folder.File("server.key")}
            TLSVerifyClient never
            database mdb
            suffix "{Suffix}"
            rootdn "{AdminDn}"
            rootpw {AdminPassword}
            directory {_folder.File("data")}
            maxsize 67108864
            index objectClass,uid,mail,member,entryUUID eq
            overlay memberof
            overlay ppolicy
            access to attrs=userPassword by anonymous auth by * none
            access to * by dn.exact="{SearchDn}" read by anonymous auth by self read by * none

            """);
        var entries = _folder.File("entries.ldif");
        await File.WriteAllTextAsync(entries, $"""
            dn: {Suffix}
            objectClass: domain
            dc: example

            dn: {People}
            objectClass: organizationalUnit
            ou: people

            dn: {Groups}
            objectClass: organizationalUnit
            ou: groups

            dn: {SearchDn}
            objectClass: organizationalRole
            objectClass: simpleSecurityObject
            cn: search
            userPassword: {SearchPassword}

            """);
        await ServerProcess.RunAsync("/usr/sbin/slapadd", "-q", "-f", _folder.File("slapd.conf"), "-l", entries);
    }

    private async Task<bool> AnswersAsync()
    {
        using var probe = ServerProcess.Start("ldapwhoami", ["-x", "-H", Url, "-D", AdminDn, "-w", AdminPassword, "-o", "nettimeout=2"]);
        await probe.WaitForExitAsync();
        return probe.ExitCode == 0;
    }

    private Task RunAsync(string program, string ldif)
    {
        var file = _folder.File(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _files)}.ldif"));
        File.WriteAllText(file, ldif + "\n");
        return ServerProcess.RunAsync(program, "-x", "-H", Url, "-D", AdminDn, "-w", AdminPassword, "-f", file);
    }
}
