using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Api.Users;
using Platform.Grains.Users;

namespace Platform.Users.Tests.Logins;

/// <summary>
/// What ends all sessions of a user also ends the logins under way: whoever knows the old password and never stops trying it would
/// otherwise get in with the try that was under way when the password was changed (invariant 2).
/// </summary>
public sealed class OvertakenLoginTests : IAsyncLifetime
{
    private const string Password = "alice's long password";
    private Func<UserKey, Task>? _meanwhile;
    private UsersNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await UsersNode.StartAsync(adjust: services => services.Replace(ServiceDescriptor.Singleton(provider =>
            new UserDirectories([new Delayed(ActivatorUtilities.CreateInstance<LocalUserDirectory>(provider), () => _meanwhile)]))));
        await _node.AddUserAsync("alice", Password);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task ALogin_ThatAPasswordChangeOvertakes_BeginsNoSession()
    {
        await RefusedWhileAsync(_ => _node.LocalUsers.SetPasswordAsync("alice", "another long password", "test", default));
        await _node.AcceptedAsync("alice", "another long password");
    }

    [Fact]
    public async Task ALogin_ThatDisablingOvertakes_BeginsNoSession_EvenWhereTheUserIsEnabledAgain()
    {
        await RefusedWhileAsync(async _ =>
        {
            await _node.LocalUsers.DisableAsync("alice", "test", default);
            await _node.LocalUsers.EnableAsync("alice", "test", default);
        });
        await _node.AcceptedAsync("alice", Password);
    }

    [Fact]
    public async Task ALogin_ThatTheEndOfAllSessionsOvertakes_BeginsNoSession()
    {
        await RefusedWhileAsync(key => _node.Grains.User(key).EndAllSessionsAsync());
        await _node.AcceptedAsync("alice", Password);
    }

    [Fact]
    public async Task AnotherLogin_OvertakesNobody()
    {
        _meanwhile = key =>
        {
            _meanwhile = null;
            return _node.AcceptedAsync("alice", Password);
        };
        Assert.NotNull(await _node.FindLiveAsync(await _node.AcceptedAsync("alice", Password)));
    }

    private async Task RefusedWhileAsync(Func<UserKey, Task> meanwhile)
    {
        _meanwhile = meanwhile;
        Assert.IsType<LoginResult.Refused>(await _node.LoginAsync("alice", Password));
        _meanwhile = null;
        Assert.Equal(LoginRefusals.Revoked, _node.Audit.Logins.Last());
    }

    /// <summary>Something happens between the check of the password and the session.</summary>
    private sealed class Delayed(LocalUserDirectory inner, Func<Func<UserKey, Task>?> meanwhile) : IUserDirectory
    {
        public string Name => inner.Name;

        public bool HashesPasswords => inner.HashesPasswords;

        public bool IsRemote => inner.IsRemote;

        public async Task<DirectoryAnswer> VerifyAsync(LocalName name, string password, CancellationToken cancellationToken)
        {
            var answer = await inner.VerifyAsync(name, password, cancellationToken);
            if (answer is DirectoryAnswer.Found { User.Key: var key } && meanwhile() is { } happens)
            {
                await happens(key);
            }

            return answer;
        }

        public Task<DirectoryAnswer> ConfirmAsync(UserKey key, CancellationToken cancellationToken) => inner.ConfirmAsync(key, cancellationToken);

        public Task<NameHolder> ResolveAsync(LocalName name, CancellationToken cancellationToken) => inner.ResolveAsync(name, cancellationToken);
    }
}
