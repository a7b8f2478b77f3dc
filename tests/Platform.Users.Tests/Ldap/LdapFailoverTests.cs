using System.Net;
using System.Net.Sockets;
using Platform.Api.Users;
using Platform.Testing;

namespace Platform.Users.Tests.Ldap;

public sealed class LdapFailoverTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private static readonly UsersOptions s_impatient = new()
    {
        LdapConnectTimeout = TimeSpan.FromSeconds(1),
        LdapOperationTimeout = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public async Task Verify_GoesOnToTheNextServer_AndBack()
    {
        await using var first = await SlapdServer.StartNewAsync();
        await using var second = await SlapdServer.StartNewAsync();
        await first.AddPersonAsync("alice", "Alice on the first", "alice's password");
        await second.AddPersonAsync("alice", "Alice on the second", "alice's password");
        using var directory = Ldap.Directory(Ldap.Options(first, options =>
        {
            options.Servers = [first.Url, second.Url];
            options.AllowUnencrypted = true;
            options.CaFile = null;
            options.ServerRetry = TimeSpan.FromMilliseconds(200);
        }));
        Assert.Equal("Alice on the first", await NameAsync());

        await first.StopAsync();
        Assert.Equal("Alice on the second", await NameAsync());

        await first.StartAsync();
        await Eventually.TrueAsync(async () => await NameAsync() == "Alice on the first", s_deadline, "the first server is asked again");

        await first.StopAsync();
        await second.StopAsync();
        Assert.IsType<DirectoryAnswer.Unavailable>(await directory.VerifyAsync("alice", "alice's password"));

        await second.StartAsync();
        await Eventually.TrueAsync(
            async () => await directory.VerifyAsync("alice", "alice's password") is DirectoryAnswer.Found, s_deadline, "the second server is asked again");

        async Task<string> NameAsync() =>
            Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password")).User.Profile.DisplayName;
    }

    [Fact]
    public async Task Verify_NoticesARestart_OnItsPooledConnections()
    {
        await using var slapd = await SlapdServer.StartNewAsync();
        await slapd.AddPersonAsync("alice", "Alice", "alice's password");
        using var directory = Ldap.Directory(Ldap.Options(slapd));
        Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));
        await slapd.StopAsync();
        await slapd.StartAsync();

        // Without a failure in between: what the pool holds is dead, and not the server.
        Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Verify_IsAnswered_WhileAServerIsSilent(bool tls)
    {
        await using var slapd = await SlapdServer.StartNewAsync();
        await slapd.AddPersonAsync("alice", "Alice", "alice's password");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using var directory = Ldap.Directory(
            Ldap.Options(slapd, options =>
            {
                options.Servers = [$"{(tls ? "ldaps" : "ldap")}://127.0.0.1:{port}", slapd.TlsUrl];
                options.AllowUnencrypted = true;
            }),
            s_impatient);
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));
        }

        // Silent, it was asked once; the later logins passed it over.
        var calls = 0;
        while (silent.Pending())
        {
            using var call = await silent.AcceptTcpClientAsync();
            calls++;
        }

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Verify_IsAnswered_WhileTheOnlyServerIsFrozen_AndAfterwards()
    {
        await using var slapd = await SlapdServer.StartNewAsync();
        await slapd.AddPersonAsync("alice", "Alice", "alice's password");
        using var directory = Ldap.Directory(Ldap.Options(slapd, options => options.MaxConcurrency = 4), s_impatient);
        Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));

        await slapd.FreezeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => directory.VerifyAsync("alice", "alice's password")));
        Assert.All(answers, answer => Assert.IsType<DirectoryAnswer.Unavailable>(answer));

        await slapd.ThawAsync();
        await Eventually.TrueAsync(
            async () => await directory.VerifyAsync("alice", "alice's password") is DirectoryAnswer.Found, s_deadline, "the server is asked again");
    }
}
