using Platform.Grains.Users;

namespace Platform.Grains.Tests.Users;

public sealed class LocalNameTests
{
    [Theory]
    [InlineData("Alice")]
    [InlineData("alice ")]
    [InlineData(" ALICE")]
    [InlineData("ａｌｉｃｅ")]
    public void TryParse_MakesSpellingsOfOneNameEqual(string text)
    {
        Assert.True(LocalName.TryParse(text, out var name));
        Assert.Equal("alice", name.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a:b")]
    [InlineData("a\0b")]
    [InlineData("a\uFFFEb")]
    [InlineData("a\nb")]
    [InlineData("al\u00adice")]
    [InlineData("al\u200bice")]
    [InlineData("\u202ealice")]
    public void TryParse_RefusesWhatCannotBeAName(string? text) => Assert.False(LocalName.TryParse(text, out _));

    [Fact]
    public void TryParse_RefusesWhatIsTooLong() => Assert.False(LocalName.TryParse(new string('a', LocalName.MaxLength + 1), out _));
}
