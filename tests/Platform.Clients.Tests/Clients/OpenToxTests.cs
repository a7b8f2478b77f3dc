using Platform.Clients.Tests.Support;
using Platform.Testing;

namespace Platform.Clients.Tests.Clients;

/// <summary>What OpenTox's Ruby library sends to its OpenSSO server, through nginx to two nodes.</summary>
[Collection(SiteTests.Name)]
public sealed class OpenToxTests(Site site)
{
    [Fact]
    public async Task TheLibrarysCalls_FromLoginToLogout()
    {
        using var script = Script.StartPython(
            "with_opentox_calls.py", new { server = site.Issuer, user = "carol", password = PlatformCluster.Password("carol"), uri = "http://tox.example/dataset/1" });
        var result = await script.ResultAsync();
        string Text(string name) => result.GetProperty(name).GetRawText();

        Assert.Equal("null", Text("wrong_password"));
        Assert.Equal("true", Text("valid"));
        Assert.Equal("\"carol\"", Text("user"));
        Assert.Equal("\"member\"", Text("all_groups"));
        Assert.Contains("member", result.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        Assert.Equal("false", Text("before"));
        Assert.Equal("[200, 1]", Text("posted"));
        Assert.Equal("[true, true, true, true]", Text("creator"));
        Assert.Equal("[true, false, false, false]", Text("guest"));
        Assert.Equal("\"carol\"", Text("owner"));
        Assert.Equal("[\"policy_user_1\", \"policy_group_1\"]", Text("policies"));
        Assert.Equal("[\"policy_group_1\", \"policy_user_1\"]", Text("listed"));
        Assert.Equal("400", Text("again"));
        Assert.Equal("true", Text("document"));
        Assert.Equal("401", Text("foreign"));
        Assert.Equal("[200, 200]", Text("deleted"));
        Assert.Equal("false", Text("after"));
        Assert.Equal("false", Text("after_logout"));
    }
}
