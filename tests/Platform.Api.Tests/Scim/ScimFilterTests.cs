using System.Text.Json.Nodes;
using Platform.Api.Scim.Filters;

namespace Platform.Api.Tests.Scim;

/// <summary>The grammar of RFC 7644 §3.4.2.2, and what filters mean.</summary>
public sealed class ScimFilterTests
{
    private static readonly JsonObject User = (JsonObject)JsonNode.Parse("""
        {
          "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
          "id": "local:1", "userName": "BJensen", "active": true, "age": 30, "name": {"formatted": "Ms. Barbara J"}, "title": "",
          "emails": [{"value": "bjensen@example.com", "type": "work", "primary": true}, {"value": "babs@jensen.org", "type": "home"}],
          "urn:platform:params:scim:schemas:User": {"directory": "local"},
          "meta": {"created": "2026-05-13T04:42:34Z"}
        }
        """)!;

    [Theory]
    [InlineData("userName eq \"bjensen\"", true)]
    [InlineData("USERNAME Eq \"bjensen\"", true)]
    [InlineData("id eq \"LOCAL:1\"", false)]
    [InlineData("userName ne \"bjensen\"", false)]
    [InlineData("userName sw \"bj\"", true)]
    [InlineData("userName ew \"sen\"", true)]
    [InlineData("userName co \"jens\"", true)]
    [InlineData("name.formatted co \"barbara\"", true)]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", false)]
    [InlineData("urn:platform:params:scim:schemas:User:directory eq \"local\"", true)]
    [InlineData("title pr", false)]
    [InlineData("emails pr and not (title pr)", true)]
    [InlineData("emails.type eq \"work\"", true)]
    [InlineData("emails eq \"babs@jensen.org\"", true)]
    [InlineData("emails[type eq \"work\" and value co \"@example.com\"]", true)]
    [InlineData("emails[type eq \"home\" and value co \"@example.com\"]", false)]
    [InlineData("emails[not (type eq \"work\")]", true)]
    [InlineData("age gt 29 and age le 30", true)]
    [InlineData("age gt 30", false)]
    [InlineData("meta.created ge \"2026-05-13T06:42:34+02:00\"", true)]
    [InlineData("meta.created lt \"2026-01-01T00:00:00Z\"", false)]
    [InlineData("active eq true", true)]
    [InlineData("active eq false or userName pr", true)]
    [InlineData("userName eq \"x\" or active eq true and age eq 31", false)]
    [InlineData("(userName eq \"x\" or active eq true) and age eq 30", true)]
    [InlineData("nickName eq null", true)]
    [InlineData("userName eq null", false)]
    [InlineData("userName eq \"\\u0062jensen\"", true)]
    public void AFilter_MeansWhatTheGrammarSays(string text, bool expected)
    {
        Assert.True(ScimFilterParser.TryParse(text, out var filter, out var fault), fault);
        Assert.Equal(expected, filter.Matches(User));
    }

    [Theory]
    [InlineData("")]
    [InlineData("userName")]
    [InlineData("userName eq")]
    [InlineData("userName eq bjensen")]
    [InlineData("userName eq 'bjensen'")]
    [InlineData("userName xx \"a\"")]
    [InlineData("userName eq \"a")]
    [InlineData("userName eq \"a\" and")]
    [InlineData("(userName pr")]
    [InlineData("userName pr)")]
    [InlineData("not userName pr")]
    [InlineData("emails[type eq \"work\"")]
    [InlineData("emails[emails[type pr]]")]
    [InlineData("1a pr")]
    [InlineData("active gt true")]
    [InlineData("age co 3")]
    [InlineData("userName eq \"\\ud800\"")]
    [InlineData("userName eq \"a\" userName pr")]
    public void WhatIsNoFilter_IsRefusedWithItsPlace(string text)
    {
        Assert.False(ScimFilterParser.TryParse(text, out _, out var fault));
        Assert.Contains("at character", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void NestingAndLength_AreBounded()
    {
        Assert.False(ScimFilterParser.TryParse(new string('(', 2000) + "a pr" + new string(')', 2000), out _, out var fault));
        Assert.Contains("nested", fault, StringComparison.Ordinal);
        Assert.False(ScimFilterParser.TryParse($"a eq \"{new string('x', 5000)}\"", out _, out fault));
        Assert.Contains("longer", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("members", "members", null, false)]
    [InlineData("name.familyName", "name", null, false)]
    [InlineData("emails[type eq \"work\"]", "emails", null, true)]
    [InlineData("emails[type eq \"work\"].value", "emails", "value", true)]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", "name", null, false)]
    public void APath_NamesWhatIsChanged(string text, string attribute, string? sub, bool isFiltered)
    {
        Assert.True(ScimFilterParser.TryParsePath(text, out var path, out var fault), fault);
        Assert.Equal((attribute, sub, isFiltered), (path.Attribute.Name, path.Sub, path.Values is not null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("members[")]
    [InlineData("members[value eq \"x\"].")]
    [InlineData("name.familyName[x pr]")]
    [InlineData("members more")]
    public void WhatIsNoPath_IsRefused(string text) => Assert.False(ScimFilterParser.TryParsePath(text, out _, out _));

    /// <summary>Pieces of filters in any order: a parser that reads them says yes or no, and what it says yes to can be applied.</summary>
    [Fact]
    public void AnyText_IsAFilterOrAFault()
    {
        string[] pieces =
        [
            "userName", "emails", "emails.value", " ", " ", " eq ", " co ", " pr", " and ", " or ", "not ", "not(", "(", ")", "[", "]", ".", ":", "urn:", "\"", "\\",
            "\"a\"", "\"é😀\"", "\ud800", "true", "null", "-1", "1e9", "1e999", "$ref", "\0", "\n", "%",
        ];
        var random = new Random(20260513);
        var parsed = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (ScimFilterParser.TryParse(text, out var filter, out var fault))
            {
                filter.Matches(User);
                parsed++;
            }
            else
            {
                Assert.NotEmpty(fault);
            }

            if (ScimFilterParser.TryParsePath(text, out var path, out _))
            {
                var operation = new Platform.Api.Scim.ScimPatchOperation((Platform.Api.Scim.ScimPatchKind)random.Next(3), path, JsonNode.Parse("""{"value": "x"}"""));
                Platform.Api.Scim.ScimPatch.Apply((JsonObject)User.DeepClone(), [operation]);
            }
        }

        Assert.True(parsed > 10, $"{parsed} of the texts were filters");
    }
}
