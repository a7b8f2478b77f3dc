using System.Net;
using System.Xml.Linq;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Scopes;

[Collection(NodeCollection.Name)]
public class ScopeListTests(SharedNode shared)
{
    /// <summary>The list as gCube gave it, byte for byte.</summary>
    private const string GCubeList =
        """<?xml version="1.0" encoding="UTF-8"?><VOs-VREs><VRE>/d4science.research-infrastructures.eu/FARM/AquaMaps</VRE><VRE>/d4science.research-infrastructures.eu/Ecosystem/DRIVER</VRE><VRE>/d4science.research-infrastructures.eu/Ecosystem/EM</VRE><VRE>/d4science.research-infrastructures.eu/FARM/FCPPS</VRE><VRE>/d4science.research-infrastructures.eu/Ecosystem/HEPGateway</VRE><VRE>/d4science.research-infrastructures.eu/FARM/ICIS</VRE><VRE>/d4science.research-infrastructures.eu/Ecosystem/TryIt</VRE><VO>/d4science.research-infrastructures.eu/Ecosystem</VO><VO>/d4science.research-infrastructures.eu/FARM</VO><VO>/d4science.research-infrastructures.eu</VO></VOs-VREs>""";

    private readonly ApiNode _node = shared.Node;

    [Fact]
    public async Task Who_manages_everything_sees_gcubes_list()
    {
        var id = await _node.LogInAsync("admin");

        Assert.Equal(GCubeList, await _node.GetAsync($"/ListInfrastructureScopes;jsessionid={id}").TextAsync());
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("bob")]
    [InlineData("carol")]
    [InlineData(null)]
    public async Task Others_see_what_is_public_and_theirs(string? user)
    {
        var target = user is null ? "/listinfrastructurescopes" : $"/ListInfrastructureScopes;jsessionid={await _node.LogInAsync(user)}";
        var list = XDocument.Parse(await _node.GetAsync(target).TextAsync()).Root!.Elements().Select(element => element.Value).ToList();

        // EM is hidden even from its member bob, ICIS for members, and being a member of the VO above counts for neither.
        Assert.DoesNotContain(TestData.Em, list);
        Assert.DoesNotContain(TestData.Icis, list);
        Assert.DoesNotContain(TestData.Closed, list);
        Assert.Equal(8, list.Count);
    }

    [Fact]
    public async Task Details_are_well_formed_and_descriptions_unchanged()
    {
        var root = XDocument.Parse(await _node.GetAsync("/ListInfrastructureScopes?details=true").TextAsync(), LoadOptions.PreserveWhitespace).Root!;
        var items = root.Elements("Item").ToList();
        var aquaMaps = items.Single(item => item.Attribute("scope")!.Value == TestData.AquaMaps);
        var infrastructure = items.Single(item => item.Attribute("scope")!.Value == TestData.Root);

        Assert.Equal("VOs-VREs", root.Name.LocalName);
        Assert.Equal(["AquaMaps", "DRIVER", "Ecosystem", "FARM", "FCPPS", "HEPGateway", "TryIt", "d4science.research-infrastructures.eu"], items.Select(item => item.Element("Name")!.Value));
        Assert.Equal(["Name", "Type", "ParentItem", "Description"], aquaMaps.Elements().Select(element => element.Name.LocalName));
        Assert.Equal(("AquaMaps", "VRE", TestData.Farm), (aquaMaps.Element("Name")!.Value, aquaMaps.Element("Type")!.Value, aquaMaps.Element("ParentItem")!.Value));
        Assert.Equal(TestData.Description, aquaMaps.Element("Description")!.Value);
        Assert.Equal(["Name", "Type", "Description"], infrastructure.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("VO", infrastructure.Element("Type")!.Value);
    }

    [Fact]
    public async Task Json_says_the_same()
    {
        var list = await _node.GetAsync("/ListInfrastructureScopes", "Accept: application/json").JsonAsync();
        var details = await _node.GetAsync("/ListInfrastructureScopes?details=TRUE", "Accept: application/json").JsonAsync();

        Assert.Equal(TestData.AquaMaps, list.GetProperty("VRE")[0].GetString());
        Assert.Equal(TestData.Root, list.GetProperty("VO")[2].GetString());
        Assert.Equal(TestData.Description, details.GetProperty("Item")[0].GetProperty("Description").GetString());
    }

    [Theory]
    [InlineData("?details=maybe")]
    [InlineData("?details=true&details=false")]
    public async Task Nonsense_is_refused_in_xml(string query)
    {
        using var answer = await _node.GetAsync("/ListInfrastructureScopes" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+xml", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_modern_twin_lists_with_roles()
    {
        var id = await _node.LogInAsync("alice");
        var scopes = (await _node.GetAsync($"/scopes;jsessionid={id}").JsonAsync()).GetProperty("scopes").EnumerateArray().ToList();

        Assert.Equal(8, scopes.Count);
        Assert.Equal("AquaMaps", scopes[0].GetProperty("name").GetString());
        Assert.Equal("INFRASTRUCTURE", scopes[^1].GetProperty("type").GetString());
        Assert.Equal(["VRE-Manager", "member"], scopes[0].GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Empty(scopes[1].GetProperty("roles").EnumerateArray());
    }

    [Theory]
    [InlineData(TestData.AquaMaps, null, 200)]
    [InlineData(TestData.Em, "bob", 200)]
    [InlineData(TestData.Em, "alice", 404)]
    [InlineData(TestData.Em, null, 404)]
    [InlineData(TestData.Icis, "admin", 200)]
    [InlineData(TestData.Icis, "bob", 404)]
    [InlineData(TestData.Closed, "alice", 404)]
    [InlineData("/nowhere", "admin", 404)]
    [InlineData("/a/b/c/d", "admin", 404)]
    public async Task One_scope_is_found_by_those_who_may_know_of_it(string path, string? user, int expected)
    {
        string[] headers = user is null ? [] : ["X-Session-Id: " + await _node.LogInAsync(user)];
        var scope = await _node.GetAsync("/scopes" + path, headers).JsonAsync((HttpStatusCode)expected);

        Assert.Equal(expected == 200 ? path : "no-such-scope", scope.GetProperty(expected == 200 ? "path" : "code").GetString());
    }

    [Fact]
    public async Task One_scope_comes_as_xml_too()
    {
        var scope = XDocument.Parse(await _node.GetAsync("/scopes" + TestData.AquaMaps, "Accept: text/xml").TextAsync(), LoadOptions.PreserveWhitespace).Root!;

        Assert.Equal(TestData.Description, scope.Element("description")!.Value);
    }
}
