using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Platform.Api.Users;

namespace Platform.Users.Tests;

public sealed class UsersOptionsValidatorTests
{
    [Fact]
    public void Defaults_AreFine() => Assert.True(Validate([]).Succeeded);

    [Fact]
    public void ADirectory_IsReadAsWritten()
    {
        var options = Read(new()
        {
            ["Users:Directories:0:Type"] = "ldap",
            ["Users:Directories:0:Name"] = "staff",
            ["Users:Directories:0:Ldap:Servers:0"] = "ldaps://ldap1.example.org",
            ["Users:Directories:0:Ldap:BindDn"] = "cn=search,dc=example,dc=org",
            ["Users:Directories:0:Ldap:BindPassword"] = "x",
            ["Users:Directories:0:Ldap:SearchBase"] = "dc=example,dc=org",
            ["Users:Directories:0:Ldap:NameAttributes:0"] = "mail",
            ["Users:Directories:1:Type"] = "local",
        });
        Assert.True(new UsersOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(["staff", "local"], options.OrderedDirectories.Select(directory => directory.EffectiveName));
        Assert.Equal(["mail"], options.OrderedDirectories[0].Ldap.EffectiveNameAttributes);
    }

    [Fact]
    public void AllFaults_AreNamedAtOnce()
    {
        var result = Validate(new()
        {
            ["Users:Passwords:Iterations"] = "1000",
            ["Users:RecheckInterval"] = "00:00:00",
            ["Users:Directories:0:Type"] = "ldap",
            ["Users:Directories:0:Ldap:Servers:0"] = "ldap://in-clear.example.org",
            ["Users:Directories:0:Ldap:Servers:1"] = "http://not-ldap.example.org",
            ["Users:Directories:0:Ldap:CaFile"] = "/does/not/exist.pem",
            ["Users:Directories:0:Ldap:UserFilter"] = "(uid=x)(cn=y)",
            ["Users:Directories:0:Ldap:Groups:Rules:0:Group"] = "farm",
            ["Users:Directories:0:Ldap:Groups:Rules:0:Scope"] = "not/a/scope",
            ["Users:Directories:0:Ldap:Groups:Rules:0:Roles:0"] = "Emperor",
            ["Users:Directories:1:Type"] = "ldap",
            ["Users:Directories:1:Ldap:Servers:0"] = "ldaps://ldap.example.org",
            ["Users:Directories:1:Ldap:BindDn"] = "cn=search,dc=example,dc=org",
            ["Users:Directories:1:Ldap:UserDnTemplate"] = "uid={0}{0},dc=example,dc=org",
            ["Users:Directories:2:Type"] = "nis",
        });
        var faults = result.Failures!.ToArray();
        foreach (var fault in new[]
        {
            "Iterations", "RecheckInterval", "in clear", "http://not-ldap", "CaFile", "UserFilter", "BindDn names no account",
            "Rules:0:Scope", "Emperor", "Rules give nothing", "one of UserDnTemplate and SearchBase", "another directory's name",
            "password of BindDn is empty", "with one {0}", "'nis'",
        })
        {
            Assert.Single(faults, text => text.Contains(fault, StringComparison.Ordinal));
        }
    }

    private static ValidateOptionsResult Validate(Dictionary<string, string?> settings) => new UsersOptionsValidator().Validate(null, Read(settings));

    private static UsersOptions Read(Dictionary<string, string?> settings)
    {
        var options = new UsersOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(UsersOptions.Section).Bind(options);
        return options;
    }
}
