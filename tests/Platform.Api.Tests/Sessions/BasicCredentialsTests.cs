using System.Text;
using Microsoft.Extensions.Primitives;
using Platform.Api.Sessions;

namespace Platform.Api.Tests.Sessions;

public class BasicCredentialsTests
{
    [Theory]
    [InlineData("alice:secret", "alice", "secret")]
    [InlineData("alice:se:cr:et", "alice", "se:cr:et")]
    [InlineData("älice:ünïcödé 😀", "älice", "ünïcödé 😀")]
    [InlineData("alice:", "alice", "")]
    [InlineData(":", "", "")]
    public void Utf8_is_split_at_the_first_colon(string text, string user, string password)
    {
        Assert.True(BasicCredentials.TryParse("Basic " + Encode(text), out var credentials));
        Assert.Equal((user, password), (credentials.UserName, credentials.Password));
        Assert.DoesNotContain("secret", credentials.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_scheme_is_case_insensitive() => Assert.True(BasicCredentials.TryParse("bAsIc " + Encode("a:b"), out _));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic YTpi\t")]
    [InlineData("Basic YT pi")]
    [InlineData("Basic YTp")]
    [InlineData("Basic YWxpY2U")]
    [InlineData("Basic YTpi=")]
    [InlineData("Basic a:b")]
    [InlineData("Basic //8=")]
    [InlineData("Basic YQA6Yg==")]
    [InlineData("Basic YWI=")]
    public void Anything_else_is_malformed(string header) => Assert.False(BasicCredentials.TryParse(header, out _));

    [Fact]
    public void Latin1_is_not_guessed_at() =>
        Assert.False(BasicCredentials.TryParse("Basic " + Convert.ToBase64String(Encoding.Latin1.GetBytes("älice:x")), out _));

    [Fact]
    public void Two_headers_are_malformed() =>
        Assert.False(BasicCredentials.TryParse(new StringValues(["Basic " + Encode("a:b"), "Basic " + Encode("c:d")]), out _));

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
