using System.Collections.Concurrent;
using System.DirectoryServices.Protocols;

namespace Platform.Api.Users.Ldap;

/// <summary>Search connections that wait to be used again. No user is ever bound on one of them.</summary>
internal sealed class LdapPool(LdapConnector connector, int capacity, TimeSpan idle, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<LdapServer, ConcurrentStack<(LdapConnection Connection, long Since)>> _waiting = new();
    private volatile bool _disposed;

    /// <summary>
    /// Runs a search on a connection to the server. One that waited may have been closed by the other side meanwhile; then the
    /// search is made again on a new one, and only that one's failure counts.
    /// </summary>
    public T Use<T>(LdapServer server, Func<LdapConnection, T> search)
    {
        while (TryTake(server, out var waiting))
        {
            try
            {
                return UseOnce(server, waiting, search);
            }
            catch (Exception failure) when (failure is LdapException or ObjectDisposedException)
            {
                Drop(server);
            }
        }

        return UseOnce(server, connector.OpenForSearch(server), search);
    }

    /// <summary>Closes what waits.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var server in _waiting.Keys)
        {
            Drop(server);
        }
    }

    private T UseOnce<T>(LdapServer server, LdapConnection connection, Func<LdapConnection, T> search)
    {
        try
        {
            var found = search(connection);
            GiveBack(server, connection);
            return found;
        }
        catch (Exception answer) when (answer is DirectoryOperationException or LdapEntryException)
        {
            // The server answered; the connection is as good as before.
            GiveBack(server, connection);
            throw;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private bool TryTake(LdapServer server, out LdapConnection connection)
    {
        if (_waiting.TryGetValue(server, out var stack))
        {
            while (stack.TryPop(out var waiting))
            {
                if (time.GetElapsedTime(waiting.Since) < idle)
                {
                    connection = waiting.Connection;
                    return true;
                }

                waiting.Connection.Dispose();
            }
        }

        connection = null!;
        return false;
    }

    private void GiveBack(LdapServer server, LdapConnection connection)
    {
        var stack = _waiting.GetOrAdd(server, static _ => new());
        if (_disposed || stack.Count >= capacity)
        {
            connection.Dispose();
            return;
        }

        stack.Push((connection, time.GetTimestamp()));
        if (_disposed)
        {
            Drop(server);
        }
    }

    private void Drop(LdapServer server)
    {
        if (_waiting.TryGetValue(server, out var stack))
        {
            while (stack.TryPop(out var waiting))
            {
                waiting.Connection.Dispose();
            }
        }
    }
}
