using Platform.Api.Users.Ldap;
using Platform.Testing;

namespace Platform.Users.Tests.Ldap;

public sealed class LdapTrustTests
{
    [Theory]
    [InlineData("/C=IT/O=CNR  Pisa/OU=InfraScience/CN=Test CA")]
    [InlineData("/CN=ünïcode ÄUTHORITY")]
    [InlineData("/DC=org/DC=example/CN=a\\/b")]
    public async Task Folder_HoldsEachCertificate_UnderTheNameThatOpenSslLooksFor(string subject)
    {
        using var folder = new TemporaryFolder();
        var bundle = folder.File("ca.pem");
        string[] own = [folder.File("1.pem"), folder.File("2.pem")];
        foreach (var file in own)
        {
            await ServerProcess.RunAsync(
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.File("key"), "-out", file, "-days", "2", "-utf8", "-subj", subject);
        }

        await File.WriteAllTextAsync(bundle, string.Concat(own.Select(File.ReadAllText)));
        var hash = (await ServerProcess.RunAsync("openssl", "x509", "-in", own[0], "-noout", "-hash")).Trim();

        string trusted;
        using (var trust = LdapTrust.Create(bundle))
        {
            trusted = trust.Folder;
            Assert.Equal([$"{hash}.0", $"{hash}.1"], Directory.GetFiles(trusted).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(trusted));
        }

        Assert.False(Directory.Exists(trusted));
    }
}
