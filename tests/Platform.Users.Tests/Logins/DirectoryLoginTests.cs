using Platform.Api.Users;
using Platform.Grains.Audit;
using Platform.Testing;

namespace Platform.Users.Tests.Logins;

/// <summary>Users of a slapd, at login and afterwards.</summary>
public sealed class DirectoryLoginTests : IAsyncLifetime
{
    private const string Password = "alice's long password";
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private SlapdServer _slapd = null!;
    private UsersNode _node = null!;

    public async Task InitializeAsync()
    {
        _slapd = await SlapdServer.StartNewAsync();
        await _slapd.AddPersonAsync("alice", "Alice", Password);
        await _slapd.AddGroupAsync("farm", SlapdServer.PersonDn("alice"));
        _node = await UsersNode.StartAsync(UsersNode.With(_slapd));
        await _node.AddUserAsync("alice", "the local alice's password");
        await _node.AddUserAsync("bob", "bob's long password");
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _slapd.DisposeAsync();
    }

    [Fact]
    public async Task TheFirstDirectory_ThatKnowsTheName_Decides()
    {
        Assert.Equal("ldap", (await _node.AcceptedAsync("alice", Password)).Session.User.Directory);
        Assert.Equal("local", (await _node.AcceptedAsync("bob", "bob's long password")).Session.User.Directory);
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", "the local alice's password"));
    }

    [Fact]
    public async Task WhileTheDirectoryIsDown_NobodyLogsIn_WhomItMightKnow()
    {
        await _slapd.StopAsync();
        for (var i = 0; i < 6; i++)
        {
            Assert.IsType<LoginResult.DirectoryUnavailable>(await _node.LoginAsync("alice", "a guess"));
        }

        Assert.IsType<LoginResult.DirectoryUnavailable>(await _node.LoginAsync("bob", "bob's long password"));
        Assert.All(_node.Audit.Logins, outcome => Assert.Equal(LoginRefusals.DirectoryUnavailable, outcome));

        // Nothing was checked, so none of these was a failure.
        await _slapd.StartAsync();
        _node.Time.Advance(TimeSpan.FromSeconds(1));
        await _node.AcceptedAsync("alice", Password);
    }

    [Fact]
    public async Task Groups_GiveMemberships_AtLogin_AndAtTheRecheck()
    {
        var login = await _node.AcceptedAsync("alice", Password);
        Assert.Equal(["/gcube/FARM ldap"], await MembershipsAsync(login));
        Assert.Single(_node.Audit.Entries, entry => entry.Action == AuditActions.ChangeMembership);

        await _node.AcceptedAsync("alice", Password);
        Assert.Single(_node.Audit.Entries, entry => entry.Action == AuditActions.ChangeMembership);

        await _slapd.DeleteAsync($"cn=farm,{SlapdServer.Groups}");
        _node.Time.Advance(s_interval);
        Assert.True(await ConfirmAsync(login));
        Assert.Empty(await MembershipsAsync(login));
        Assert.NotNull(await _node.FindLiveAsync(login));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARemovedOrDisabledUser_LosesSessionsAndMemberships_WithinTheInterval(bool removed)
    {
        var login = await _node.AcceptedAsync("alice", Password);
        var second = await _node.AcceptedAsync("alice", Password);
        if (removed)
        {
            await _slapd.DeleteAsync(SlapdServer.PersonDn("alice"));
        }
        else
        {
            await _slapd.ModifyAsync($"dn: {SlapdServer.PersonDn("alice")}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z");
        }

        _node.Time.Advance(s_interval);
        Assert.False(await ConfirmAsync(login));
        Assert.Null(await _node.FindLiveAsync(login));
        Assert.Null(await _node.FindLiveAsync(second));
        Assert.Empty(await MembershipsAsync(login));
        var entry = Assert.Single(_node.Audit.Entries, entry => entry.Action == AuditActions.EndSession);
        Assert.Equal(removed ? "user-removed" : "user-disabled", entry.Detail);
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", Password));
    }

    [Fact]
    public async Task FromHalfTheInterval_TheQuestionIsAsked_AndTheYesDoesNotWait()
    {
        var login = await _node.AcceptedAsync("alice", Password);
        var live = (await _node.FindLiveAsync(login))!;
        var recheck = _node.Get<IDirectoryRecheck>();
        await _slapd.DeleteAsync(SlapdServer.PersonDn("alice"));
        Assert.True(await recheck.ConfirmAsync(live, default));

        _node.Time.Advance(s_interval / 2);
        Assert.True(await recheck.ConfirmAsync(live, default));
        await Eventually.TrueAsync(async () => await _node.FindLiveAsync(login) is null, s_deadline, "the question in the background ends the session");
    }

    [Fact]
    public async Task WhileTheDirectoryIsDown_LiveSessionsGoOn_AndNotForLongAfterwards()
    {
        var login = await _node.AcceptedAsync("alice", Password);
        await _slapd.DeleteAsync(SlapdServer.PersonDn("alice"));
        await _slapd.StopAsync();
        _node.Time.Advance(s_interval);
        Assert.True(await ConfirmAsync(login));
        Assert.NotNull(await _node.FindLiveAsync(login));

        await _slapd.StartAsync();
        _node.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.False(await ConfirmAsync(login));
        Assert.Null(await _node.FindLiveAsync(login));
    }

    [Fact]
    public async Task ARestartedNode_AsksBeforeItsFirstYes()
    {
        var login = await _node.AcceptedAsync("alice", Password);
        await _slapd.DeleteAsync(SlapdServer.PersonDn("alice"));
        _node.Get<DirectoryConfirmations>().Forget(login.Session.User);
        Assert.False(await ConfirmAsync(login));
    }

    [Fact]
    public async Task LocalUsers_NeedNoDirectory()
    {
        var login = await _node.AcceptedAsync("bob", "bob's long password");
        await _slapd.StopAsync();
        _node.Time.Advance(s_interval);
        Assert.True(await ConfirmAsync(login));
    }

    private async Task<bool> ConfirmAsync(LoginResult.Accepted login) =>
        await _node.Get<IDirectoryRecheck>().ConfirmAsync((await _node.FindLiveAsync(login))!, CancellationToken.None);

    private async Task<IEnumerable<string>> MembershipsAsync(LoginResult.Accepted login) =>
        (await _node.Grains.Memberships(login.Session.User).ListAsync()).Select(membership => $"{membership.Scope} {membership.Source}");
}
