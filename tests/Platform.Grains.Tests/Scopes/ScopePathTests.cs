using Platform.Grains.Scopes;

namespace Platform.Grains.Tests.Scopes;

public sealed class ScopePathTests
{
    [Theory]
    [InlineData("/d4science.research-infrastructures.eu", 1, ScopeKind.Infrastructure, "d4science.research-infrastructures.eu")]
    [InlineData("/infra/FARM", 2, ScopeKind.VirtualOrganisation, "FARM")]
    [InlineData("/infra/FARM/Aqua_Maps-2", 3, ScopeKind.VirtualResearchEnvironment, "Aqua_Maps-2")]
    public void TryParse_TakesTheGrammar(string text, int depth, ScopeKind kind, string name)
    {
        Assert.True(ScopePath.TryParse(text, out var path));
        Assert.Equal((depth, kind, name), (path.Depth, path.Kind, path.Name));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("infra")]
    [InlineData("/infra/")]
    [InlineData("//infra")]
    [InlineData("/infra//VRE")]
    [InlineData("/infra/VO/VRE/more")]
    [InlineData("/infra/..")]
    [InlineData("/infra/.")]
    [InlineData("/infra/V O")]
    [InlineData("/infra/VÖ")]
    [InlineData("/infra/VO;x=1")]
    [InlineData("/infra/V%4F")]
    [InlineData("/infra/VO\n")]
    public void TryParse_RefusesTheRest(string? text) => Assert.False(ScopePath.TryParse(text, out _));

    [Fact]
    public void TryParse_RefusesWhatIsTooLong() => Assert.False(ScopePath.TryParse("/" + new string('a', ScopePath.MaxLength), out _));

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a/b", "/a/b/c", true)]
    [InlineData("/a/b", "/a/bc", false)]
    [InlineData("/a/b", "/a", false)]
    public void Covers_TakesWholeNames(string above, string below, bool covers) =>
        Assert.Equal(covers, new ScopePath(above).Covers(new ScopePath(below)));

    [Fact]
    public void Parent_GoesUpToTheRoot()
    {
        var path = new ScopePath("/a/b/c");
        Assert.Equal(new ScopePath("/a/b"), path.Parent);
        Assert.Equal(new ScopePath("/a"), path.Parent!.Value.Parent);
        Assert.Null(new ScopePath("/a").Parent);
    }
}
