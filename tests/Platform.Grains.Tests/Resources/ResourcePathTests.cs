using Platform.Grains.Resources;
using Platform.Grains.Scopes;

namespace Platform.Grains.Tests.Resources;

public sealed class ResourcePathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("resource_1")]
    [InlineData("a/b.json/~c-d/...")]
    [InlineData("1234")]
    public void Takes(string text) => Assert.True(ResourcePath.TryParse(text, out var path) && path.Value == text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("a/../b")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("a\u007f")]
    [InlineData("é")]
    [InlineData("a%2Fb")]
    [InlineData("a+b")]
    public void Refuses(string? text) => Assert.False(ResourcePath.TryParse(text, out _));

    [Fact]
    public void Lengths()
    {
        Assert.True(ResourcePath.TryParse(new string('a', 128), out _));
        Assert.False(ResourcePath.TryParse(new string('a', 129), out _));
        Assert.True(ResourcePath.TryParse(string.Join('/', Enumerable.Repeat(new string('a', 127), 4)) + "a", out _));
        Assert.False(ResourcePath.TryParse(string.Join('/', Enumerable.Repeat(new string('a', 128), 4)), out _));
    }

    [Fact]
    public void KeysOfDifferentPlaces_Differ_AndComeBack()
    {
        var key = new ResourceKey(new ScopePath("/a/b"), new ResourcePath("c/d"));
        Assert.Equal("/a/b:c/d", key.ToString());
        Assert.Equal(key, ResourceKey.Parse(key.ToString()));
        Assert.NotEqual(key.ToString(), new ResourceKey(new ScopePath("/a"), new ResourcePath("b/c/d")).ToString());
    }
}
