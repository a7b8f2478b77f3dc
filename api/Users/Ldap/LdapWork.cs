namespace Platform.Api.Users.Ldap;

/// <summary>
/// Runs blocking calls of the LDAP library on threads of their own, a bounded number at once. A TLS handshake with a silent server
/// cannot be ended from outside: its caller is answered in time, its thread waits on, and its server is not used until it is back.
/// </summary>
internal sealed class LdapWork : IDisposable
{
    private readonly SemaphoreSlim _places;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    /// <summary>With the number of calls at once, and how long each may take.</summary>
    public LdapWork(int places, TimeSpan patience, TimeProvider time)
    {
        _places = new SemaphoreSlim(places);
        _patience = patience;
        _time = time;
    }

    /// <summary>Runs a call against a server.</summary>
    /// <exception cref="TimeoutException">No place was free in time, or the call took too long.</exception>
    public async Task<T> RunAsync<T>(LdapServer server, Func<LdapServer, T> call, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(_patience, cancellationToken).ConfigureAwait(false))
        {
            throw new TimeoutException("Too many directory operations are under way.");
        }

        try
        {
            var work = Task.Factory.StartNew(() => call(server), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            try
            {
                return await work.WaitAsync(_patience, _time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                server.Stick();
                _ = work.ContinueWith(
                    ended =>
                    {
                        // Read, so that it does not count as unobserved; the caller has long been told.
                        _ = ended.Exception;
                        server.Unstick();
                    },
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
                throw;
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
