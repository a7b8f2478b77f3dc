using Microsoft.Extensions.Options;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Tokens;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Keys;

namespace Platform.Api.Tests.OAuth.Tokens;

public sealed class TokenLifetimesTests
{
    private static readonly TokenLifetimes Lifetimes = new(
        Options.Create(new OAuthOptions { AccessTokenLifetime = TimeSpan.FromMinutes(10), IdTokenLifetime = TimeSpan.FromMinutes(20) }),
        Options.Create(new KeyRingOptions { LongestTokenLifetime = TimeSpan.FromHours(2) }));

    [Fact]
    public void Client_SaysHowLong_ElseThePlatform()
    {
        var said = new ClientDefinition { AccessTokenLifetime = TimeSpan.FromMinutes(1), IdTokenLifetime = TimeSpan.FromMinutes(2) };
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)), (Lifetimes.OfAccessTokens(said), Lifetimes.OfIdTokens(said)));
        var silent = new ClientDefinition();
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20)), (Lifetimes.OfAccessTokens(silent), Lifetimes.OfIdTokens(silent)));
    }

    [Fact]
    public void NoTokenOutlivesTheKeyThatVerifiesIt()
    {
        var greedy = new ClientDefinition { AccessTokenLifetime = TimeSpan.FromDays(365), IdTokenLifetime = TimeSpan.FromDays(365) };
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromHours(2)), (Lifetimes.OfAccessTokens(greedy), Lifetimes.OfIdTokens(greedy)));
    }
}
