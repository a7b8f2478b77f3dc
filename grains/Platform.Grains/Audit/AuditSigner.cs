using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Platform.Storage;

namespace Platform.Grains.Audit;

/// <summary>
/// Signs the heads of the chains with the cluster's one key (ECDSA, P-256). The key lies in the database, encrypted with the
/// data-protection key ring: who can write to the database but does not hold the key-encryption key cannot sign.
/// </summary>
internal sealed class AuditSigner(IStateStore store, IDatabase database, IDataProtectionProvider protection) : IDisposable
{
    private static readonly StateKey Row = new("audit-key", "signing");
    private readonly IDataProtector _protector = protection.CreateProtector("Platform.Audit.SigningKey.v1");
    private readonly SemaphoreSlim _loading = new(1, 1);
    private ECDsa? _key;

    /// <summary>The signature of a head.</summary>
    internal static byte[] Sign(ECDsa key, AuditHead head) => key.SignData(AuditEncoding.SignedBytes(head), HashAlgorithmName.SHA256);

    /// <summary>Whether the cluster's key made this signature.</summary>
    internal static bool IsSigned(ECDsa key, AuditHead head, byte[] signature) =>
        key.VerifyData(AuditEncoding.SignedBytes(head), signature, HashAlgorithmName.SHA256);

    /// <summary>The key; the first node that asks makes it.</summary>
    /// <exception cref="CryptographicException">The stored key cannot be decrypted with this key ring.</exception>
    internal async ValueTask<ECDsa> GetKeyAsync(CancellationToken cancellationToken)
    {
        if (_key is { } known)
        {
            return known;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            return _key ??= await FindKeyAsync(cancellationToken) ?? await MakeKeyAsync(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The key; null where no entry was ever signed.</summary>
    /// <exception cref="CryptographicException">The stored key cannot be decrypted with this key ring.</exception>
    internal async ValueTask<ECDsa?> FindKeyAsync(CancellationToken cancellationToken)
    {
        var row = await store.ReadAsync(Row, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var state = JsonSerializer.Deserialize<KeyState>(row.Payload.Span);
        if (state?.Key is not { } encrypted)
        {
            throw new CryptographicException("The row of the audit's signing key holds no key.");
        }

        var pkcs8 = Decrypt(encrypted);
        try
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key?.Dispose();
        _loading.Dispose();
    }

    private byte[] Decrypt(string encrypted)
    {
        try
        {
            return _protector.Unprotect(Convert.FromBase64String(encrypted));
        }
        catch (FormatException e)
        {
            throw new CryptographicException("The row of the audit's signing key holds no key.", e);
        }
    }

    private async Task<ECDsa> MakeKeyAsync(CancellationToken cancellationToken)
    {
        ECDsa? made = null;
        await database.ExclusivelyAsync("audit-key", async token =>
        {
            // Another node may have made it while this one waited.
            made = await FindKeyAsync(token);
            if (made is null)
            {
                made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var pkcs8 = made.ExportPkcs8PrivateKey();
                var state = new KeyState { Key = Convert.ToBase64String(_protector.Protect(pkcs8)) };
                CryptographicOperations.ZeroMemory(pkcs8);
                await store.WriteAsync(Row, 0, JsonSerializer.SerializeToUtf8Bytes(state), token);
            }
        }, cancellationToken);
        return made!;
    }

    private sealed class KeyState
    {
        public int Version { get; set; } = 1;

        public string? Key { get; set; }
    }
}
