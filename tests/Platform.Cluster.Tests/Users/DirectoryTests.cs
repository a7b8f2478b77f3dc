using System.Net;
using System.Text.Json;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Users;

/// <summary>Three nodes with an LDAP directory that is stopped, started and edited meanwhile.</summary>
public sealed class DirectoryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task SlapdStoppedAndStarted_LoginsWait_SessionsGoOn()
    {
        await using var slapd = await StartSlapdAsync();
        await using var cluster = await StartClusterAsync(slapd);
        var id = await cluster.Nodes[0].Client.LoginIdAsync("lena", "the-password-of-lena");
        Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[1].Client.EnterAsync(id, $"{PlatformCluster.Root}/FARM"));

        await slapd.StopAsync();
        using (var refused = await cluster.Nodes[1].Client.LoginAsync("lena", "the-password-of-lena"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
            Assert.Equal("directory-unavailable", problem.RootElement.GetProperty("code").GetString());
        }

        // The local directory is asked first, and needs no other.
        await cluster.Nodes[2].Client.LoginIdAsync("alice");
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal($"{PlatformCluster.Root}/FARM", (await node.Client.SessionAsync(id)).Scope());
        }

        await slapd.StartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await cluster.Nodes[1].Client.LoginAsync("lena", "the-password-of-lena");
                return answer.IsSuccessStatusCode;
            },
            Deadline,
            "logins are accepted again");
    }

    [Fact]
    public async Task UserRemovedFromTheDirectory_LosesLiveSessions_OnEveryNode()
    {
        await using var slapd = await StartSlapdAsync();
        await using var cluster = await StartClusterAsync(slapd, ("Users:RecheckInterval", "00:00:02"));
        var id = await cluster.Nodes[0].Client.LoginIdAsync("Lena ", "the-password-of-lena");
        var kept = await cluster.Nodes[0].Client.LoginIdAsync("alice");
        Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[2].Client.SessionStatusAsync(id));
        await slapd.DeleteAsync(SlapdServer.PersonDn("lena"));
        foreach (var node in cluster.Nodes)
        {
            await Eventually.TrueAsync(
                async () => await node.Client.SessionStatusAsync(id) == HttpStatusCode.Unauthorized, Deadline, "the session of a removed user is over");
            Assert.Equal(HttpStatusCode.OK, await node.Client.SessionStatusAsync(kept));
        }
    }

    private static async Task<SlapdServer> StartSlapdAsync()
    {
        var slapd = await SlapdServer.StartNewAsync();
        await slapd.AddPersonAsync("lena", "Lena Example", "the-password-of-lena");
        await slapd.AddGroupAsync("farmers", SlapdServer.PersonDn("lena"));
        return slapd;
    }

    private static async Task<PlatformCluster> StartClusterAsync(SlapdServer slapd, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Users:Directories:0:Type"] = "local",
            ["Users:Directories:1:Type"] = "ldap",
            ["Users:Directories:1:Ldap:Servers:0"] = slapd.TlsUrl,
            ["Users:Directories:1:Ldap:CaFile"] = slapd.CaFile,
            ["Users:Directories:1:Ldap:BindDn"] = SlapdServer.SearchDn,
            ["Users:Directories:1:Ldap:BindPassword"] = SlapdServer.SearchPassword,
            ["Users:Directories:1:Ldap:SearchBase"] = SlapdServer.People,
            ["Users:Directories:1:Ldap:Groups:SearchBase"] = SlapdServer.Groups,
            ["Users:Directories:1:Ldap:Groups:Rules:0:Group"] = "farmers",
            ["Users:Directories:1:Ldap:Groups:Rules:0:Scope"] = $"{PlatformCluster.Root}/FARM",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return await PlatformCluster.StartAsync(3, settings);
    }
}
