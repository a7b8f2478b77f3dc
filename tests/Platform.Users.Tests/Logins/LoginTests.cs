using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Platform.Api.Users;
using Platform.Api.Users.Passwords;
using Platform.Grains.Audit;
using Platform.Testing;
using SessionOptions = Platform.Api.Sessions.SessionOptions;

namespace Platform.Users.Tests.Logins;

public sealed class LoginTests : IAsyncLifetime
{
    private const string Password = "alice's long password";
    private UsersNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await UsersNode.StartAsync();
        await _node.AddUserAsync("Alice", Password);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Login_BeginsANewSession_EachTime()
    {
        var first = await _node.AcceptedAsync("alice", Password);
        var second = await _node.AcceptedAsync(" ALICE ", Password);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first.Session.User, second.Session.User);
        Assert.Equal("Alice", (await _node.FindLiveAsync(first))!.User.Profile.UserName);
        Assert.NotNull(await _node.FindLiveAsync(second));
        Assert.Equal([AuditEntry.Ok, AuditEntry.Ok], _node.Audit.Logins);
    }

    [Fact]
    public async Task Refusals_AreOneAnswer_WithTheCauseInTheAuditAlone()
    {
        await _node.AddUserAsync("dora", "dora's long password");
        await _node.LocalUsers.DisableAsync("dora", "test", default);
        (string Name, string Password, string Cause)[] attempts =
        [
            ("nobody", Password, LoginRefusals.UnknownUser),
            ("alice", "not her password", LoginRefusals.WrongPassword),
            ("alice", $"{Password} ", LoginRefusals.WrongPassword),
            ("dora", "dora's long password", LoginRefusals.Disabled),
            ("dora", "not her password", LoginRefusals.WrongPassword),
            ("", Password, LoginRefusals.Malformed),
            ("alice", "", LoginRefusals.Malformed),
            ("a:b", Password, LoginRefusals.Malformed),
            (new string('x', 5000), Password, LoginRefusals.Malformed),
            ("alice", new string('x', 1_000_000), LoginRefusals.Malformed),
        ];
        foreach (var (name, password, _) in attempts)
        {
            Assert.Equal(new LoginResult.Refused(), await _node.LoginAsync(name, password, _node.Elsewhere()));
        }

        Assert.Equal(attempts.Select(attempt => attempt.Cause), _node.Audit.Logins);
        Assert.All(_node.Audit.Entries, entry => Assert.True(entry.Subject!.Length <= 128));
    }

    [Fact]
    public async Task Login_AfterFailures_HasToWait_ButNotFromAKnownAddress()
    {
        await _node.AcceptedAsync("alice", Password);
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", "a guess", _node.Elsewhere()));
        }

        var waiting = Assert.IsType<LoginResult.Throttled>(await _node.LoginAsync("alice", Password, _node.Elsewhere()));
        Assert.InRange(waiting.RetryAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        await _node.AcceptedAsync("alice", Password);

        _node.Time.Advance(TimeSpan.FromMinutes(10));
        await _node.AcceptedAsync("alice", Password, _node.Elsewhere());

        // That reset the account.
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", "a guess", _node.Elsewhere()));
        await _node.AcceptedAsync("alice", Password, _node.Elsewhere());
    }

    [Fact]
    public async Task Spellings_OfOneName_ShareTheAccountsFailures()
    {
        foreach (var spelling in new[] { "alice", "ALICE", " alice", "Alice ", "aLiCe" })
        {
            Assert.IsType<LoginResult.Refused>(await _node.LoginAsync(spelling, "a guess", _node.Elsewhere()));
        }

        Assert.IsType<LoginResult.Throttled>(await _node.LoginAsync("alice", "a guess", _node.Elsewhere()));
    }

    [Fact]
    public async Task Guesses_FromAKnownAddress_HaveABudget()
    {
        var home = IPAddress.Parse("2001:db8:0:1::1");
        var neighbour = IPAddress.Parse("2001:db8:0:1::2");
        await _node.AcceptedAsync("alice", Password, home);
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", "a guess", neighbour));
        }

        // The account makes wait from here on; the pair lets twenty more through.
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", "a guess", neighbour));
        }

        Assert.IsType<LoginResult.Throttled>(await _node.LoginAsync("alice", Password, home));
    }

    [Fact]
    public async Task Login_RaisesAnOldWorkFactor()
    {
        var old = PasswordHash.Create("an old password", 1000).ToString();
        await _node.AddUserAsync("olga", "an old password");
        var key = (await _node.Grains.LocalName(Ldap.Ldap.Name("olga")).FindHolderAsync())!.Value;
        Assert.True(await _node.Grains.User(key).UpgradePasswordHashAsync((await _node.Grains.User(key).FindCredentialAsync())!.PasswordHash, old));

        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("olga", "not her password"));
        Assert.Equal(old, (await _node.Grains.User(key).FindCredentialAsync())!.PasswordHash);
        var login = await _node.AcceptedAsync("olga", "an old password");

        Assert.StartsWith("$pbkdf2-sha512$i=210000$", (await _node.Grains.User(key).FindCredentialAsync())!.PasswordHash, StringComparison.Ordinal);
        await _node.AcceptedAsync("olga", "an old password");
        Assert.NotNull(await _node.FindLiveAsync(login));
    }

    [Fact]
    public async Task ARefusal_TakesAtLeastTheFloor_AndALoginDoesNot()
    {
        var clock = new ManualClock();
        var login = new Login(
            _node.Get<UserDirectories>(),
            _node.Get<LoginGate>(),
            _node.Get<PasswordHasher>(),
            _node.Get<DirectoryConfirmations>(),
            _node.Get<DirectoryMemberships>(),
            _node.Grains,
            _node.Audit,
            Options.Create(new UsersOptions()),
            Options.Create(new SessionOptions()),
            clock,
            NullLogger<Login>.Instance);

        // The clock stands still: what needs none of its time ends, what waits for the floor does not.
        Assert.IsType<LoginResult.Accepted>(await login.LoginAsync(new LoginAttempt("alice", Password, UsersNode.Home, ""), default));
        foreach (var name in new[] { "alice", "nobody", "" })
        {
            var recorded = _node.Audit.Entries.Count;
            var refusal = login.LoginAsync(new LoginAttempt(name, "a wrong password", _node.Elsewhere(), ""), default);
            await Eventually.TrueAsync(() => _node.Audit.Entries.Count > recorded, TimeSpan.FromSeconds(30), "the refusal is recorded");
            clock.Advance(TimeSpan.FromMilliseconds(299));
            Assert.False(refusal.IsCompleted);
            clock.Advance(TimeSpan.FromMilliseconds(101));
            Assert.IsType<LoginResult.Refused>(await refusal);
        }
    }

    [Fact]
    public async Task Passwords_AreInNoLogLine_AndNoAuditEntry()
    {
        await using var slapd = await SlapdServer.StartNewAsync();
        await slapd.AddPersonAsync("erin", "Erin", "planted-ldap-secret");
        await using var node = await UsersNode.StartAsync(UsersNode.With(slapd));
        await node.AddUserAsync("alice", "planted-local-secret");
        await node.AcceptedAsync("alice", "planted-local-secret");
        await node.AcceptedAsync("erin", "planted-ldap-secret");
        foreach (var name in new[] { "alice", "erin", "nobody", "a:b", "" })
        {
            await node.LoginAsync(name, "planted-wrong-secret");
        }

        await slapd.StopAsync();
        Assert.IsType<LoginResult.DirectoryUnavailable>(await node.LoginAsync("erin", "planted-ldap-secret"));
        await node.LocalUsers.SetPasswordAsync("alice", "planted-new-secret", "test", default);

        Assert.Contains(node.Log.Lines, line => line.Contains("erin", StringComparison.Ordinal));
        var written = node.Log.Lines.Concat(node.Audit.Entries.Select(entry => entry.ToString()));
        Assert.DoesNotContain(written, line =>
            line.Contains("planted", StringComparison.Ordinal)
            || line.Contains(SlapdServer.SearchPassword, StringComparison.Ordinal)
            || line.Contains("$pbkdf2", StringComparison.Ordinal));
        Assert.DoesNotContain("planted", new LoginAttempt("a", "planted", UsersNode.Home, "").ToString(), StringComparison.Ordinal);
    }
}
