using System.DirectoryServices.Protocols;
using System.Net;
using System.Text;

namespace Platform.Api.Users.Ldap;

/// <summary>Opens connections to a directory's servers. Its calls block; <see cref="LdapWork"/> keeps them off the thread pool.</summary>
internal sealed class LdapConnector : IDisposable
{
    private readonly LdapOptions _options;
    private readonly TimeSpan _operationTimeout;
    private readonly LdapTrust? _trust;
    private readonly NetworkCredential? _searchAccount;

    /// <summary>With the settings of one directory.</summary>
    public LdapConnector(LdapOptions options, TimeSpan operationTimeout)
    {
        _options = options;
        _operationTimeout = operationTimeout;
        _trust = options.CaFile is { } file ? LdapTrust.Create(file) : null;
        _searchAccount = options.BindDn is { } dn ? new NetworkCredential(dn, LdapOptionsValidator.ReadBindPassword(options)) : null;
    }

    /// <summary>A connection that searches.</summary>
    /// <exception cref="LdapException">The server does not answer, or refuses the account.</exception>
    public LdapConnection OpenForSearch(LdapServer server)
    {
        var connection = Open(server);
        try
        {
            if (_searchAccount is null)
            {
                connection.AuthType = AuthType.Anonymous;
                connection.Bind();
            }
            else
            {
                connection.Bind(_searchAccount);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Binds as a user, on a connection of its own: a search connection that was bound as somebody else would go on with their rights.
    /// </summary>
    /// <returns>Whether the server took the password.</returns>
    /// <exception cref="LdapException">The server does not answer.</exception>
    public bool TryBindAsUser(LdapServer server, string dn, string password)
    {
        if (!IsSendable(password) || dn.Length == 0)
        {
            return false;
        }

        using var connection = Open(server);
        try
        {
            connection.Bind(new NetworkCredential(dn, password));
            return true;
        }
        catch (LdapException refusal) when (LdapFailures.IsRefusal((ResultCode)refusal.ErrorCode))
        {
            return false;
        }
        catch (DirectoryOperationException refusal) when (refusal.Response is { } response && LdapFailures.IsRefusal(response.ResultCode))
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a bind with this password says anything about it. An empty one is an anonymous bind that succeeds (RFC 4513 §5.1.2);
    /// the client library ends a password at a null character, which can leave an empty one; a lone surrogate has no UTF-8.
    /// </summary>
    public static bool IsSendable(string password)
    {
        if (password.Length == 0 || password.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        for (var rest = password.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var taken) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[taken..];
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _trust?.Dispose();

    private LdapConnection Open(LdapServer server)
    {
        var connection = new LdapConnection(new LdapDirectoryIdentifier(server.Host, server.Port))
        {
            AuthType = AuthType.Basic,
            AutoBind = false,
            Timeout = _operationTimeout,
        };
        try
        {
            var session = connection.SessionOptions;
            session.ProtocolVersion = 3;
            session.ReferralChasing = ReferralChasingOptions.None;
            if (_trust is not null && !OperatingSystem.IsWindows())
            {
                session.TrustedCertificatesDirectory = _trust.Folder;
                session.StartNewTlsSessionContext();
            }

            if (server.IsTls)
            {
                session.SecureSocketLayer = true;
            }
            else if (_options.StartTls)
            {
                Reach(connection);
                session.StartTransportLayerSecurity(null);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // StartTLS on a connection that has not been made yet goes to libldap's default server, so something has to be sent before. An
    // anonymous look at the root DSE (RFC 4512 §5.1) tells nobody anything, and its answer, not yet protected, is not looked at.
    private static void Reach(LdapConnection connection)
    {
        try
        {
            connection.SendRequest(new SearchRequest("", "(objectClass=*)", SearchScope.Base, "1.1"));
        }
        catch (DirectoryOperationException refusal) when (refusal.Response is not null)
        {
            // The server answers, which is all that matters here; it may want TLS first (confidentialityRequired).
            return;
        }
    }
}
