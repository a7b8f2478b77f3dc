using System.Buffers.Text;
using System.Text;
using Platform.Api.OAuth;

namespace Platform.Api.Tests.OAuth.Keys;

/// <summary>Times in tokens of others: one that was overlooked would let an old proof in.</summary>
public sealed class JwtTests
{
    [Theory]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("when")]
    public void TryReadTime_ReadsNumbers_AndRefusesAllElse(string claim)
    {
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), Read(claim, "1700000000"));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500), Read(claim, "1700000000.5"));
        Assert.Null(Read("another", "1"));
        foreach (var wrong in (string[])["-1", "1e300", "{}", "true"])
        {
            Assert.False(Jwt.TryRead(Token(claim, wrong), 1000, out var token) && Jwt.TryReadTime(token, claim, out _), wrong);
        }

        DateTimeOffset? Read(string name, string value)
        {
            Assert.True(Jwt.TryRead(Token(name, value), 1000, out var token));
            Assert.True(Jwt.TryReadTime(token, claim, out var time));
            return time;
        }
    }

    private static string Token(string claim, string value) => $"{Encode("""{"alg":"ES256"}""")}.{Encode($"{{\"{claim}\":{value}}}")}.AA";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
