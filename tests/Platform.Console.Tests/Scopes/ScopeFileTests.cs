using System.Text;
using Platform.Api.Scopes.Import;
using Platform.Grains.Scopes;

namespace Platform.Console.Tests.Scopes;

/// <summary>A file is read whole or told all that is wrong with it, with the place.</summary>
public sealed class ScopeFileTests
{
    private const string A64 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData("""[{"scope": "/a", "color": 1}]""", 1, 18, "[0].color", "the key is not known")]
    [InlineData("""[{"scope": "/a", "scope": "/a"}]""", 1, 18, "[0].scope", "stands here twice")]
    [InlineData("""[{"name": "a"}]""", 1, 2, "[0]", "'scope' is missing")]
    [InlineData("""[{"scope": "a"}]""", 1, 12, "[0].scope", "is not a scope")]
    [InlineData("""[{"scope": "/a/b/c/d"}]""", 1, 12, "[0].scope", "is not a scope")]
    [InlineData("""[{"scope": "/a/.."}]""", 1, 12, "[0].scope", "is not a scope")]
    [InlineData("""[{"scope": 7}]""", 1, 12, "[0].scope", "text was expected, not '7'")]
    [InlineData("""[{"scope": "/a", "name": "b"}]""", 1, 26, "[0].name", "is 'a', not 'b'")]
    [InlineData("""[{"scope": "/a/b", "type": "VRE"}]""", 1, 28, "[0].type", "is of the type VO")]
    [InlineData("""[{"scope": "/a/b", "parent": null}]""", 1, 30, "[0].parent", "is '/a'")]
    [InlineData("""[{"scope": "/a", "parent": "/b"}]""", 1, 28, "[0].parent", "has no parent")]
    [InlineData("""[{"scope": "/a", "visibility": "secret"}]""", 1, 32, "[0].visibility", "none of public")]
    [InlineData("""[{"scope": "/a", "suspended": "yes"}]""", 1, 31, "[0].suspended", "true or false")]
    [InlineData("""[{"scope": "/a", "endsAt": "tomorrow"}]""", 1, 28, "[0].endsAt", "is not a time")]
    [InlineData("""[{"scope": "/a", "endsAt": "2027-01-01T00:00:00"}]""", 1, 28, "[0].endsAt", "is not a time")]
    [InlineData("""[{"scope": "/a", "anonymous": ["read", "R W"]}]""", 1, 40, "[0].anonymous[1]", "not an operation")]
    [InlineData("""[{"scope": "/a", "remove": true, "description": "x"}]""", 1, 49, "[0].description", "no attributes")]
    [InlineData("""["/a"]""", 1, 2, "[0]", "an object was expected")]
    [InlineData("""{"scope": "/a"}""", 1, 2, "scope", "the keys here are scopes, clients, memberships")]
    [InlineData("""{"scopes": {}}""", 1, 12, "scopes", "a list was expected")]
    [InlineData("\"text\"", 1, 1, "", "an object was expected")]
    [InlineData("""[{"scope": "/a", "description": "a\u0007b"}]""", 1, 33, "[0].description", "character 2 of the text is U+0007")]
    [InlineData("""[{"scope": "/a", "description": "\uFFFE"}]""", 1, 33, "[0].description", "U+FFFE")]
    [InlineData("""[{"scope": "/a", "displayName": "\u0000"}]""", 1, 33, "[0].displayName", "U+0000")]
    [InlineData("""[{"scope": "/a", "description": "\ud800"}]""", 1, 33, "", "half of a surrogate pair")]
    [InlineData("[{\"scope\": \"/a\",\n  \"é\": 1}]", 2, 3, "[0].é", "the key is not known")]
    [InlineData("[{\"scope\": \"/a\"},\n {\"scope\": }]", 2, 12, "", "not JSON")]
    [InlineData("[{\"scope\": \"/a\"}", 1, 17, "", "not JSON")]
    [InlineData("[] []", 1, 4, "", "not JSON")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]", 1, 17, "", "not JSON")]
    [InlineData("""{"memberships": [{"scope": "/a"}]}""", 1, 18, "memberships[0]", "'user' is missing")]
    [InlineData("""{"memberships": [{"user": "u"}]}""", 1, 18, "memberships[0]", "'scope' is missing")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a", "roles": ["Boss"]}]}""", 1, 57, "memberships[0].roles[0]", "there is no role 'Boss'")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a", "roles": ["VRE-Manager"]}]}""", 1, 57, "memberships[0].roles[0]", "cannot be held in '/a'")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a/b/c", "roles": ["VO-Admin"]}]}""", 1, 61, "memberships[0].roles[0]", "cannot be held")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a/b", "roles": ["Infrastructure-Manager"]}]}""", 1, 59, "memberships[0].roles[0]", "cannot be held")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a", "roles": ["Data-Manager", "data-manager"]}]}""", 1, 73, "memberships[0].roles[1]", "twice")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a", "roles": "member"}]}""", 1, 56, "memberships[0].roles", "a list was expected")]
    [InlineData("""{"memberships": [{"user": "u", "scope": "/a", "remove": true, "roles": []}]}""", 1, 72, "memberships[0].roles", "no attributes")]
    [InlineData("""{"memberships": [{"user": "u", "voms": ["/a"], "roles": []}]}""", 1, 57, "memberships[0].roles", "stand in the VOMS names")]
    [InlineData("""{"memberships": [{"user": "u", "voms": ["/a/Role=Boss"]}]}""", 1, 41, "memberships[0].voms[0]", "is not known")]
    [InlineData("""{"memberships": [{"user": "u", "voms": ["/a/Role=NULL/Capability=x"]}]}""", 1, 41, "memberships[0].voms[0]", "capability 'x'")]
    [InlineData("""{"memberships": [{"user": "u", "voms": ["a"]}]}""", 1, 41, "memberships[0].voms[0]", "/vo/group/Role=name")]
    [InlineData("""{"memberships": [{"user": "u", "voms": ["/a/Role=VO-Admin"], "remove": true}]}""", 1, 41, "memberships[0].voms[0]", "without a role")]
    [InlineData("- scope: /a\n  colour: red", 2, 3, "[0].colour", "the key is not known")]
    [InlineData("- scope: /a\n  scope: /a", 2, 3, "[0].scope", "twice")]
    [InlineData("- &x {scope: /a}\n- *x", 1, 3, "", "anchors are not taken")]
    [InlineData("- *x", 1, 3, "", "aliases are not taken")]
    [InlineData("- !!binary aGVsbG8=", 1, 3, "", "tags are not taken")]
    [InlineData("- scope: /a\n---\n- scope: /b", 2, 1, "", "one document")]
    [InlineData("- scope: [/a", 2, 1, "", "not YAML")]
    [InlineData("- {? [a] : b}", 1, 6, "", "a key is text")]
    [InlineData("- [[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]", 1, 18, "", "nest deeper")]
    [InlineData("# nothing\n", 1, 1, "", "an object was expected, not nothing")]
    [InlineData("- scope: \"\\ud800\"", 1, 10, "", "not YAML")]
    [InlineData("  \n", 1, 1, "", "the file is empty")]
    [InlineData("", 1, 1, "", "the file is empty")]
    public void Read_SaysWhatIsWrongAndWhere(string text, int line, int column, string path, string message)
    {
        var problem = Assert.Single(Read(text).Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal((line, column, path), (problem.Place.Line, problem.Place.Column, problem.Place.Path));
    }

    [Fact]
    public void Read_SaysAllAtOnce()
    {
        var file = Read("""
            scopes:
              - scope: nonsense
              - {scope: /a, type: VRE, visibility: secret}
            memberships:
              - {user: u, scope: /a, roles: [Boss, VRE-Manager], until: never}
            """);
        Assert.Equal(
            ["scopes[0].scope", "scopes[1].type", "scopes[1].visibility", "memberships[0].roles[0]", "memberships[0].roles[1]", "memberships[0].until"],
            file.Problems.OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column).Select(problem => problem.Place.Path));
    }

    [Fact]
    public void JsonAndYaml_SayTheSame()
    {
        var json = Read("""
            {"scopes": [{"scope": "/a", "description": "<b>x</b>\nnext", "displayName": null, "visibility": "hidden", "anonymous": ["write", "read"], "suspended": true, "endsAt": "2027-01-01T02:00:00+02:00"}],
             "memberships": [{"user": "u", "scope": "/a", "roles": ["vo-admin", "member"], "until": null}]}
            """);
        var yaml = Read("""
            scopes:
              - scope: /a
                description: |-
                  <b>x</b>
                  next
                displayName: ~
                visibility: hidden
                anonymous: [write, read]
                suspended: true
                endsAt: 2027-01-01T02:00:00+02:00
            memberships:
              - {user: u, scope: /a, roles: [vo-admin, member], until: null}
            """);
        foreach (var file in new[] { json, yaml })
        {
            Assert.Empty(file.Problems);
            var scope = Assert.Single(file.Content.Scopes);
            Assert.Equal("<b>x</b>\nnext", scope.Description!.Value);
            Assert.Null(scope.DisplayName!.Value);
            Assert.Equal(ScopeVisibility.Hidden, scope.Visibility!.Value);
            Assert.Equal(["read", "write"], scope.Anonymous!.Value.AsEnumerable());
            Assert.True(scope.Suspended!.Value);
            Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), scope.EndsAt!.Value);
            var membership = Assert.Single(file.Content.Memberships);
            Assert.Equal([Roles.VOAdmin], membership.Roles!.Value.AsEnumerable());
            Assert.Null(membership.Until!.Value);
        }
    }

    [Fact]
    public void WhatIsLeftOut_IsNotGiven()
    {
        var file = Read("""{"scopes": [{"scope": "/a"}], "memberships": [{"user": "u", "scope": "/a"}]}""");
        var scope = Assert.Single(file.Content.Scopes);
        Assert.Null(scope.Description);
        Assert.Null(scope.Visibility);
        Assert.Null(scope.Suspended);
        Assert.Null(Assert.Single(file.Content.Memberships).Roles);
    }

    [Theory]
    [InlineData("/a", "/a", null)]
    [InlineData("/a/Role=NULL", "/a", null)]
    [InlineData("/a/b/Role=NULL/Capability=NULL", "/a/b", null)]
    [InlineData("/a/b/Capability=NULL", "/a/b", null)]
    [InlineData("/a/b/c/Role=VRE-Manager", "/a/b/c", "VRE-Manager")]
    [InlineData("/a/b/c/Role=vre-manager/Capability=NULL", "/a/b/c", "VRE-Manager")]
    [InlineData("/a/Role=member", "/a", null)]
    public void VomsNames_AreReadAsVomsWritesThem(string text, string scope, string? role)
    {
        Assert.True(VomsName.TryParse(text, out var name, out _));
        Assert.Equal((scope, role), (name.Scope.Value, name.Role));
    }

    [Fact]
    public void VomsNames_OfOneGroupAddUp()
    {
        var file = Read("""{"memberships": [{"user": "u", "voms": ["/a", "/a/Role=VO-Admin", "/a/Role=Data-Manager", "/a/b/Role=NULL"], "until": "2027-01-01T00:00:00Z"}]}""");
        Assert.Empty(file.Problems);
        Assert.Equal(["/a", "/a/b"], file.Content.Memberships.Select(membership => membership.Scope.Value));
        Assert.Equal([Roles.DataManager, Roles.VOAdmin], file.Content.Memberships[0].Roles!.Value.AsEnumerable());
        Assert.Empty(file.Content.Memberships[1].Roles!.Value);
        Assert.All(file.Content.Memberships, membership => Assert.NotNull(membership.Until));
    }

    [Fact]
    public void Utf8_IsTakenWithAndWithoutMark_AndNothingElse()
    {
        const string Text = """[{"scope": "/a", "description": "ü"}]""";
        Assert.Equal("ü", Read(Text).Content.Scopes[0].Description!.Value);
        Assert.Equal("ü", ScopeFile.Read(Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(Text)).ToArray(), null).Content.Scopes[0].Description!.Value);
        Assert.Contains("UTF-16", Problem(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Text)).ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("UTF-16", Problem(Encoding.BigEndianUnicode.GetPreamble().Concat(Encoding.BigEndianUnicode.GetBytes(Text)).ToArray()).Message, StringComparison.Ordinal);
        var latin = Problem(Encoding.Latin1.GetBytes("- scope: /a\n  description: ü"));
        Assert.Contains("not UTF-8", latin.Message, StringComparison.Ordinal);
        Assert.Equal((2, 16), (latin.Place.Line, latin.Place.Column));
    }

    [Fact]
    public void Sizes_AreBounded()
    {
        var full = new string('ä', 32 * 1024);
        Assert.Empty(Read($$"""[{"scope": "/a", "description": "{{full}}"}]""").Problems);
        Assert.Contains("longer than 65536 bytes", Assert.Single(Read($$"""[{"scope": "/a", "description": "{{full}}x"}]""").Problems).Message, StringComparison.Ordinal);
        Assert.Contains("longer than 64 bytes", Assert.Single(Read($$"""[{"scope": "/a", "anonymous": ["{{A64}}a"]}]""").Problems).Message, StringComparison.Ordinal);
        Assert.Contains("larger than 64 MB", Problem(new byte[(64 * 1024 * 1024) + 1]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ScopeFileFormat.Json))]
    [InlineData(nameof(ScopeFileFormat.Yaml))]
    public void DamagedFiles_AreReadOrRefused_AndNothingElse(string name)
    {
        var format = Enum.Parse<ScopeFileFormat>(name);
        const string Json = """{"scopes": [{"scope": "/a", "description": "\ud83d\ude00 <b>", "anonymous": ["read"], "endsAt": null}], "memberships": [{"user": "u", "voms": ["/a/Role=NULL"]}]}""";
        const string Yaml = "scopes:\n  - scope: /a\n    description: |-\n      <b>\n    anonymous: [read]\n    endsAt: ~\n    displayName: \"\\u00e9\\x41\"\nmemberships:\n  - {user: 'u', voms: [/a/Role=NULL]}\n";
        var original = Encoding.UTF8.GetBytes(format == ScopeFileFormat.Json ? Json : Yaml);
        Assert.Empty(ScopeFile.Read(original, format).Problems);
        var pieces = new[] { "\"", "\\", "\\ud800", "\\U00110000", "{", "[", "]", "}", ":", "- ", "\n", "\t", "&a ", "*a", "!!x ", "|", ">", "%", "#", "? ", "\0", "\u0085", "é", "---", "...", "\ufeff", "'" };
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var bytes = original.ToList();
            for (var damage = random.Next(1, 5); damage > 0; damage--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                        break;
                    case 1:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                    default:
                        bytes[at] = (byte)random.Next(256);
                        break;
                }

                if (bytes.Count == 0)
                {
                    bytes.Add((byte)' ');
                }
            }

            var exception = Record.Exception(() => ScopeFile.Read(bytes.ToArray(), format));
            Assert.True(exception is null, $"seed {seed}: {exception}");
        }
    }

    private static ScopeFile Read(string text) => ScopeFile.Read(Encoding.UTF8.GetBytes(text), null);

    private static Platform.Grains.Scopes.Import.ImportProblem Problem(byte[] content) => Assert.Single(ScopeFile.Read(content, null).Problems);
}
