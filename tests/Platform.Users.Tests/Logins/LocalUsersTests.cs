using Platform.Api.Users;

namespace Platform.Users.Tests.Logins;

public sealed class LocalUsersTests : IAsyncLifetime
{
    private const string Password = "alice's long password";
    private UsersNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await UsersNode.StartAsync();
        await _node.AddUserAsync("Alice", Password);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("a:b", null, "a fine password", "invalid-value")]
    [InlineData(" ", null, "a fine password", "invalid-value")]
    [InlineData("bob", "no address", "a fine password", "invalid-value")]
    [InlineData("bob", "a\n@b", "a fine password", "invalid-value")]
    [InlineData("bob", null, "short", "invalid-value")]
    [InlineData("bob", null, "Password123", "invalid-value")]
    [InlineData("ALICE", null, "a fine password", "name-taken")]
    public async Task Add_RefusesBadInput_WithWords(string name, string? mail, string password, string code)
    {
        var result = await _node.LocalUsers.AddAsync(name, null, mail, password, admin: false, "test", default);
        Assert.Equal(code, result.Refusal?.Code);
        Assert.NotEmpty(result.Refusal!.Message);
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("bob", password));
    }

    [Fact]
    public async Task Changes_OfNobody_AreRefused()
    {
        Assert.Equal("no-such-user", (await _node.LocalUsers.SetPasswordAsync("bob", "a fine password", "test", default)).Refusal?.Code);
        Assert.Equal("no-such-user", (await _node.LocalUsers.DisableAsync("bob", "test", default)).Refusal?.Code);
        Assert.Equal("invalid-value", (await _node.LocalUsers.SetPasswordAsync("alice", "short", "test", default)).Refusal?.Code);
        await _node.AcceptedAsync("alice", Password);
    }

    [Fact]
    public async Task APasswordChange_EndsSessions()
    {
        var login = await _node.AcceptedAsync("alice", Password);
        Assert.Null((await _node.LocalUsers.SetPasswordAsync("Alice", "another long password", "test", default)).Refusal);
        Assert.Null(await _node.FindLiveAsync(login));
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", Password));
        await _node.AcceptedAsync("alice", "another long password");
    }

    [Fact]
    public async Task Disabling_EndsSessions_UntilEnabledAgain()
    {
        var login = await _node.AcceptedAsync("alice", Password);
        Assert.Null((await _node.LocalUsers.DisableAsync("alice", "test", default)).Refusal);
        Assert.Null(await _node.FindLiveAsync(login));
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", Password));

        Assert.Null((await _node.LocalUsers.EnableAsync("alice", "test", default)).Refusal);
        Assert.Null(await _node.FindLiveAsync(login));
        await _node.AcceptedAsync("alice", Password);
    }
}
