using Platform.Api.Users;
using Platform.Api.Users.Passwords;
using Platform.Testing;

namespace Platform.Users.Tests.Logins;

/// <summary>Logins while as many passwords are hashed as may be.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task WhereNothingWasChecked_TheLoginIsToBeTriedAgain_AndNothingCounts()
    {
        await using var node = await UsersNode.StartAsync(WithoutQueue([]));
        await node.AddUserAsync("alice", "alice's long password");
        var refused = 0;
        await using (new Occupant(node.Get<PasswordHasher>()))
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    // A delay for failures would be minutes.
                    var result = await node.LoginAsync("alice", "alice's long password", node.Elsewhere());
                    Assert.True(result is LoginResult.Accepted || result == new LoginResult.Throttled(TimeSpan.FromSeconds(1)), $"{result}");
                    return result is LoginResult.Throttled && ++refused > 10;
                },
                TimeSpan.FromMinutes(2),
                "logins meet a full queue");
        }

        await node.AcceptedAsync("alice", "alice's long password", node.Elsewhere());
    }

    [Fact]
    public async Task WhereADirectoryCheckedThePassword_ItCounts()
    {
        await using var slapd = await SlapdServer.StartNewAsync();
        await slapd.AddPersonAsync("erin", "Erin", "erin's long password");
        await using var node = await UsersNode.StartAsync(WithoutQueue(UsersNode.With(slapd)));
        await using var occupant = new Occupant(node.Get<PasswordHasher>());
        for (var i = 0; i < 5; i++)
        {
            var result = await node.LoginAsync("erin", "a guess", node.Elsewhere());
            Assert.True(result is LoginResult.Refused || result == new LoginResult.Throttled(TimeSpan.FromSeconds(1)), $"{result}");
        }

        var waiting = Assert.IsType<LoginResult.Throttled>(await node.LoginAsync("erin", "a guess", node.Elsewhere()));
        Assert.NotEqual(TimeSpan.FromSeconds(1), waiting.RetryAfter);
    }

    private static Dictionary<string, string?> WithoutQueue(Dictionary<string, string?> settings) => new(settings)
    {
        ["Users:Passwords:Concurrency"] = "1",
        ["Users:Passwords:Queue"] = "0",
    };

    /// <summary>Hashes passwords, one after the other, until it is disposed of.</summary>
    private sealed class Occupant : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _work;

        public Occupant(PasswordHasher hasher) => _work = Task.Run(() => RunAsync(hasher));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _work;
            _stop.Dispose();
        }

        private async Task RunAsync(PasswordHasher hasher)
        {
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await hasher.HashAsync("an occupant's password", CancellationToken.None);
                }
                catch (PasswordQueueFullException)
                {
                    // A login was faster; its turn comes again.
                    await pause.WaitForNextTickAsync(CancellationToken.None);
                }
            }
        }
    }
}
