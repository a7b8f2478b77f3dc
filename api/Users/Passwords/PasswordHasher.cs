using Microsoft.Extensions.Options;

namespace Platform.Api.Users.Passwords;

/// <summary>
/// Hashes and verifies passwords on threads of its own, as many at a time as there are cores, so that a wave of logins takes no
/// thread from the requests of those who are logged in. What waits is bounded too.
/// </summary>
internal sealed class PasswordHasher : IDisposable
{
    private readonly SemaphoreSlim _cores;
    private readonly int _iterations;
    private readonly int _places;
    private readonly PasswordHash _dummy;
    private int _taken;

    /// <summary>With the configured work factor and bounds.</summary>
    public PasswordHasher(IOptions<UsersOptions> options)
    {
        var passwords = options.Value.Passwords;
        var concurrency = passwords.Concurrency ?? Environment.ProcessorCount;
        _cores = new SemaphoreSlim(concurrency);
        _places = concurrency + passwords.Queue;
        _iterations = passwords.Iterations;
        _dummy = PasswordHash.OfNone(_iterations);
    }

    /// <summary>Hashes a new password; its text form is what is stored.</summary>
    /// <exception cref="PasswordQueueFullException">Too many passwords wait already.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => PasswordHash.Create(password, _iterations).ToString(), cancellationToken);

    /// <summary>Checks a password against a stored hash. A hash that cannot be read verifies nothing, at the usual cost.</summary>
    /// <exception cref="PasswordQueueFullException">Too many passwords wait already.</exception>
    public Task<bool> VerifyAsync(string password, string storedHash, CancellationToken cancellationToken) =>
        RunAsync(
            () =>
            {
                var readable = PasswordHash.TryParse(storedHash, out var hash);
                return (hash ?? _dummy).Verify(password) && readable;
            },
            cancellationToken);

    /// <summary>Costs what a verification costs, for a user that there is not.</summary>
    /// <exception cref="PasswordQueueFullException">Too many passwords wait already.</exception>
    public Task SpendAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => _dummy.Verify(password), cancellationToken);

    /// <summary>Whether a stored hash has less than today's work factor.</summary>
    public bool NeedsUpgrade(string storedHash) =>
        PasswordHash.TryParse(storedHash, out var hash) && hash.Iterations < _iterations;

    /// <inheritdoc/>
    public void Dispose() => _cores.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _taken) > _places)
        {
            Interlocked.Decrement(ref _taken);
            throw new PasswordQueueFullException();
        }

        try
        {
            await _cores.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // Not cancelled once begun: the place is given back when the core is free again.
                return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            finally
            {
                _cores.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }
}

/// <summary>More passwords wait to be hashed than the configuration lets wait; the login is to be tried again in a moment.</summary>
internal sealed class PasswordQueueFullException() : Exception("Too many passwords wait to be hashed.");
