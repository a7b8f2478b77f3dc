using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Platform.Storage.DataProtection;

/// <summary>
/// Before the node listens: every key of the ring can be decrypted with this node's key-encryption key, and there is one to begin
/// with. One node at a time, so that nodes that start together share the first key.
/// </summary>
public sealed class KeyRingStart : IHostedLifecycleService
{
    // How far the clocks of nodes may be apart, as the framework has it: another node's new key is not yet active here, but it is one.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(5);

    private readonly StorageStart _storage;
    private readonly IDatabase _database;
    private readonly IKeyManager _keys;
    private readonly KeyManagementOptions _options;
    private readonly DataProtectionSettings _settings;
    private readonly TimeProvider _time;

    internal KeyRingStart(
        StorageStart storage,
        IDatabase database,
        IKeyManager keys,
        IOptions<KeyManagementOptions> options,
        IOptions<DataProtectionSettings> settings,
        TimeProvider time)
    {
        _storage = storage;
        _database = database;
        _keys = keys;
        _options = options.Value;
        _settings = settings.Value;
        _time = time;
    }

    /// <summary>Makes the key ring ready. For programs that use it without running a host.</summary>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken)
    {
        await _storage.EnsureReadyAsync(cancellationToken);
        await _database.ExclusivelyAsync(
            "key-ring",
            _ =>
            {
                EnsureKey();
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => EnsureReadyAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void EnsureKey()
    {
        var now = _time.GetUtcNow();
        var usable = false;
        foreach (var key in _keys.GetAllKeys())
        {
            if (!CanDecrypt(key))
            {
                // The framework would leave the key out and go on with one of its own, which no other node could read.
                throw new InvalidOperationException(
                    $"The key ring in the database was encrypted with another key than the one in {_settings.KeyFile} (DataProtection:KeyFile). Give this node the file that the other nodes have.");
            }

            usable |= !key.IsRevoked && key.ActivationDate <= now + s_clockSkew && key.ExpirationDate > now;
        }

        if (!usable)
        {
            _keys.CreateNewKey(now, now + _options.NewKeyLifetime);
        }
    }

    private static bool CanDecrypt(IKey key)
    {
        try
        {
            return key.CreateEncryptor() is not null;
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or FormatException or System.Xml.XmlException)
        {
            return false;
        }
    }
}
