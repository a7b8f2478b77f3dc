using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Storage.DataProtection;

/// <summary>AES-256-GCM under the key of <see cref="DataProtectionSettings.KeyFile"/>.</summary>
internal sealed class KeyFileCipher
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // Binds the ciphertext to its purpose: nothing else that is ever encrypted under this key is taken for a key of the ring.
    private static readonly byte[] s_purpose = "platform key ring 1"u8.ToArray();

    private readonly byte[] _key;

    public KeyFileCipher(IOptions<DataProtectionSettings> settings)
    {
        _key = KeyEncryptionKeyFile.TryRead(settings.Value.KeyFile!, out var key)
            ? key
            : throw new CryptographicException("The key-encryption key cannot be read.");
    }

    public byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        var sealedBytes = new byte[NonceLength + TagLength + plaintext.Length];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plaintext, sealedBytes.AsSpan(NonceLength + TagLength), sealedBytes.AsSpan(NonceLength, TagLength), s_purpose);
        return sealedBytes;
    }

    public byte[] Decrypt(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("The encrypted key is cut off.");
        }

        var plaintext = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        aes.Decrypt(sealedBytes[..NonceLength], sealedBytes[(NonceLength + TagLength)..], sealedBytes.Slice(NonceLength, TagLength), plaintext, s_purpose);
        return plaintext;
    }
}

/// <summary>Encrypts the ring's keys on their way into the database.</summary>
internal sealed class KeyFileXmlEncryptor(KeyFileCipher cipher) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var bytes = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var element = new XElement("aes256Gcm", Convert.ToBase64String(cipher.Encrypt(bytes)));
        CryptographicOperations.ZeroMemory(bytes);
        return new EncryptedXmlInfo(element, typeof(KeyFileXmlDecryptor));
    }
}

/// <summary>Decrypts them again. Its name stands in the database beside each key, so neither it nor its namespace ever changes.</summary>
public sealed class KeyFileXmlDecryptor : IXmlDecryptor
{
    private readonly KeyFileCipher _cipher;

    /// <summary>Called by the key ring.</summary>
    public KeyFileXmlDecryptor(IServiceProvider services) => _cipher = services.GetRequiredService<KeyFileCipher>();

    /// <inheritdoc/>
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(Encoding.UTF8.GetString(_cipher.Decrypt(Convert.FromBase64String(encryptedElement.Value))));
}
