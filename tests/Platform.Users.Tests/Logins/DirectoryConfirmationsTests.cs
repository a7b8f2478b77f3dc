using Microsoft.Extensions.Options;
using Platform.Api.Users;
using Platform.Grains.Users;
using Platform.Testing;

namespace Platform.Users.Tests.Logins;

public sealed class DirectoryConfirmationsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Need_GrowsWithAge_AndSilenceDefersIt()
    {
        var confirmations = Create(capacity: 10);
        var user = new UserKey("ldap", "1");
        Assert.Equal(DirectoryConfirmations.Need.Now, confirmations.Of(user));
        confirmations.Confirm(user);
        Assert.Equal(DirectoryConfirmations.Need.None, confirmations.Of(user));
        _clock.Advance(TimeSpan.FromSeconds(150));
        Assert.Equal(DirectoryConfirmations.Need.Soon, confirmations.Of(user));
        _clock.Advance(TimeSpan.FromSeconds(150));
        Assert.Equal(DirectoryConfirmations.Need.Now, confirmations.Of(user));
        confirmations.NoteSilence(user);
        Assert.Equal(DirectoryConfirmations.Need.None, confirmations.Of(user));
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(DirectoryConfirmations.Need.Now, confirmations.Of(user));
        confirmations.Confirm(user);
        Assert.Equal(DirectoryConfirmations.Need.None, confirmations.Of(user));
    }

    [Fact]
    public void Memory_IsBounded()
    {
        var confirmations = Create(capacity: 100);
        for (var i = 0; i < 1000; i++)
        {
            confirmations.Confirm(new UserKey("ldap", $"{i}"));
            Assert.InRange(confirmations.Count, 1, 100);
            _clock.Advance(TimeSpan.FromSeconds(i % 7));
        }
    }

    private DirectoryConfirmations Create(int capacity) => new(Options.Create(new UsersOptions { RecheckCapacity = capacity }), _clock);
}
