using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Storage.DataProtection;
using Platform.Testing;

namespace Platform.Storage.Tests;

public sealed class KeyRingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FiveNodes_ThatStartAtOnce_ShareOneKey()
    {
        var database = await NewDatabaseAsync();
        var hosts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StartAsync(database, KeyFile("kek"))));
        try
        {
            var secret = Protector(hosts[0]).Protect("secret");
            foreach (var host in hosts)
            {
                Assert.Single(host.Services.GetRequiredService<IKeyManager>().GetAllKeys());
                Assert.Equal("secret", Protector(host).Unprotect(secret));
            }
        }
        finally
        {
            await Task.WhenAll(hosts.Select(StopAsync));
        }
    }

    [Fact]
    public async Task StolenRows_DecryptNothing()
    {
        var database = await NewDatabaseAsync();
        var host = await StartAsync(database, KeyFile("kek"));
        var secret = Protector(host).Protect("secret");
        var rows = await host.Services.GetRequiredService<IDatabase>().ReadAsync(ReadRingAsync, default);
        await StopAsync(host);
        Assert.Contains("aes256Gcm", rows, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", rows, StringComparison.OrdinalIgnoreCase);

        // Whoever has the rows but not the file can at most bring a key file of their own.
        await using var thief = Provider(database, KeyFile("thief"));
        Assert.ThrowsAny<CryptographicException>(() => thief.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(secret));
    }

    /// <summary>
    /// Who can write to the database without holding the key-encryption key must not bring a key that they know: everything encrypted
    /// or signed from then on would be theirs, the audit's signing key included.
    /// </summary>
    [Theory]
    [InlineData("<masterKey><value>{0}</value></masterKey>")]
    [InlineData("<masterKey><value>{0}</value></masterKey>{1}")]
    [InlineData("<encryptedSecret decryptorType=\"Microsoft.AspNetCore.DataProtection.XmlEncryption.NullXmlDecryptor, Microsoft.AspNetCore.DataProtection\" xmlns=\"http://schemas.asp.net/2015/03/dataProtection\"><unencryptedKey xmlns=\"\"><masterKey><value>{0}</value></masterKey></unencryptedKey></encryptedSecret>")]
    public async Task APlantedKey_IsRefused(string planted)
    {
        var database = await NewDatabaseAsync();
        var host = await StartAsync(database, KeyFile("kek"));
        var storage = host.Services.GetRequiredService<IDatabase>();
        var genuine = XElement.Parse(await storage.ReadAsync(ReadRingAsync, default));
        var secret = genuine.Descendants(XName.Get("encryptedSecret", "http://schemas.asp.net/2015/03/dataProtection")).Single();
        var known = string.Format(CultureInfo.InvariantCulture, planted, Convert.ToBase64String(new byte[64]), secret.ToString());
        var descriptor = secret.Parent!;
        secret.Remove();
        descriptor.Add(XElement.Parse($"<x>{known}</x>").Elements());
        genuine.SetAttributeValue("id", Guid.NewGuid());
        await storage.WriteAsync(
            async (connection, transaction, token) =>
            {
                await using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = $"insert into key_ring (name, xml) values ('planted', '{genuine.ToString(SaveOptions.DisableFormatting)}')";
                return await command.ExecuteNonQueryAsync(token);
            },
            default);
        await StopAsync(host);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database, KeyFile("kek")));
        Assert.Contains("key-encryption key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherKeyFile_IsRefusedAtStart()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database, KeyFile("kek")));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database, KeyFile("other")));
        Assert.Contains("DataProtection:KeyFile", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another key", refusal.Message, StringComparison.Ordinal);
        await StopAsync(await StartAsync(database, KeyFile("kek")));
    }

    [Fact]
    public async Task KeyFile_ThatOthersMayRead_IsRefused()
    {
        var file = KeyFile("kek");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await RefusedAsync(file, "0600");
    }

    [Fact]
    public async Task KeyFile_ThatIsMissingOrWrong_IsRefused()
    {
        await RefusedAsync(null, "is not set");
        await RefusedAsync(_folder.File("nowhere"), "there is no file");
        var file = KeyFile("short");
        await File.WriteAllTextAsync(file, Convert.ToBase64String(new byte[31]));
        await RefusedAsync(file, "32 bytes in base64");
    }

    [Fact]
    public void CreateIfMissing_KeepsWhatIsThere()
    {
        var file = KeyFile("kek");
        var before = File.ReadAllText(file);
        KeyEncryptionKeyFile.CreateIfMissing(file);
        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public async Task Certificate_ServesAsKeyEncryptionKey()
    {
        var database = await NewDatabaseAsync();
        var file = _folder.File("kek.pem");
        using (var rsa = RSA.Create(2048))
        {
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=key ring", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + rsa.ExportPkcs8PrivateKeyPem() + "\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var host = await StartAsync(database, file);
        var secret = Protector(host).Protect("secret");
        await StopAsync(host);
        host = await StartAsync(database, file);
        Assert.Equal("secret", Protector(host).Unprotect(secret));
        await StopAsync(host);
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database, KeyFile("other")));
    }

    private static async Task<string> NewDatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static async Task<string> ReadRingAsync(System.Data.Common.DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select xml from key_ring";
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static IDataProtector Protector(IHost host) => host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static async Task StopAsync(IHost host)
    {
        await host.StopAsync();
        host.Dispose();
    }

    private static async Task<IHost> StartAsync(string database, string? keyFile)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(Settings(database, keyFile));
        builder.Services.AddPlatformStorage(builder.Configuration).AddSharedDataProtection(builder.Configuration);
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static ServiceProvider Provider(string database, string? keyFile)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings(database, keyFile)).Build();
        return new ServiceCollection().AddLogging().AddPlatformStorage(configuration).AddSharedDataProtection(configuration).BuildServiceProvider();
    }

    private static Dictionary<string, string?> Settings(string database, string? keyFile) => new()
    {
        ["Storage:ConnectionString"] = database,
        ["DataProtection:KeyFile"] = keyFile,
    };

    private async Task RefusedAsync(string? keyFile, string why)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("Host=127.0.0.1;Port=1", keyFile));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    private string KeyFile(string name)
    {
        var file = _folder.File(name);
        KeyEncryptionKeyFile.CreateIfMissing(file);
        return file;
    }
}
