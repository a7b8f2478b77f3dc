using Platform.Grains.Sessions;

namespace Platform.Grains.Tests.Sessions;

public sealed class SessionIdTests
{
    [Theory]
    [InlineData("6751BF9588491D6EB853096C84B3671F", true)]
    [InlineData("6751bf9588491d6eb853096c84b3671f", false)]
    [InlineData("6751BF9588491D6EB853096C84B3671", false)]
    [InlineData("6751BF9588491D6EB853096C84B3671FF", false)]
    [InlineData("6751BF9588491D6EB853096C84B3671G", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void TryParse_TakesThirtyTwoUpperCaseHexDigits(string? text, bool taken) => Assert.Equal(taken, SessionId.TryParse(text, out _));

    [Fact]
    public void New_IsNeverTheSame_AndParses()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => SessionId.New().Reveal()).ToHashSet();
        Assert.Equal(1000, ids.Count);
        Assert.All(ids, id => Assert.True(SessionId.TryParse(id, out _)));
    }

    [Fact]
    public void ToString_ShowsNothing()
    {
        var id = SessionId.New();
        Assert.DoesNotContain(id.Reveal(), $"{id}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Key_IsTheSha256OfTheId()
    {
        Assert.True(SessionId.TryParse("00000000000000000000000000000000", out var id));

        // printf 00000000000000000000000000000000 | sha256sum
        Assert.Equal("84e0c0eafaa95a34c293f278ac52e45ce537bab5e752a00e6959a13ae103b65a", SessionKey.FromId(id).Value);
    }
}
