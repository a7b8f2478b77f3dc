using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Configuration;
using Platform.Api.Users;
using Platform.Testing;

namespace Platform.Users.Tests;

public sealed class DocumentedSettingsTests
{
    [Fact]
    public void TheExample_IsTaken()
    {
        using var folder = new TemporaryFolder();
        TestCertificates.Write(folder.FullName);
        File.WriteAllText(folder.File("password"), "a password\n");
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "directories.md"));
        var example = page.Split("```json")[1].Split("```")[0]
            .Replace("/etc/platform/ldap-ca.pem", folder.File("ca.pem"), StringComparison.Ordinal)
            .Replace("/etc/platform/ldap-password", folder.File("password"), StringComparison.Ordinal);
        var options = new UsersOptions();
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(example))).Build().GetSection(UsersOptions.Section).Bind(options);
        Assert.Null(new UsersOptionsValidator().Validate(null, options).FailureMessage);
        Assert.Equal(["staff", "local"], options.OrderedDirectories.Select(directory => directory.EffectiveName));
        Assert.Equal(2, options.OrderedDirectories[0].Ldap.Groups.Rules!.Length);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
