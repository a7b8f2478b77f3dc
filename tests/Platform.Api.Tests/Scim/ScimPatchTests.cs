using System.Text.Json.Nodes;
using Platform.Api.Scim;

namespace Platform.Api.Tests.Scim;

/// <summary>What a PATCH makes of a resource (RFC 7644 §3.5.2).</summary>
public sealed class ScimPatchTests
{
    private const string Resource = """
        {"userName": "bob", "active": true, "name": {"formatted": "Bob B"}, "emails": [{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}]}
        """;

    [Theory]
    [InlineData("""{"op": "replace", "path": "active", "value": false}""", "active", "false")]
    [InlineData("""{"op": "Replace", "value": {"active": false}}""", "active", "false")]
    [InlineData("""{"op": "replace", "value": {"name.formatted": "X"}}""", "name", """{"formatted":"X"}""")]
    [InlineData("""{"op": "add", "path": "name.formatted", "value": "X"}""", "name", """{"formatted":"X"}""")]
    [InlineData("""{"op": "remove", "path": "NAME"}""", "name", "null")]
    [InlineData("""{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "c@x"}""", "emails", """[{"value":"c@x","type":"work","primary":true},{"value":"b@x","type":"home"}]""")]
    [InlineData("""{"op": "remove", "path": "emails[type eq \"work\"]"}""", "emails", """[{"value":"b@x","type":"home"}]""")]
    [InlineData("""{"op": "remove", "path": "emails[value pr]"}""", "emails", "null")]
    [InlineData("""{"op": "add", "path": "emails", "value": [{"value": "b@x", "type": "home"}]}""", "emails", """[{"value":"a@x","type":"work","primary":true},{"value":"b@x","type":"home"}]""")]
    [InlineData("""{"op": "add", "path": "emails", "value": {"value": "c@x", "primary": true}}""", "emails", """[{"value":"a@x","type":"work"},{"value":"b@x","type":"home"},{"value":"c@x","primary":true}]""")]
    [InlineData("""{"op": "add", "path": "emails[type eq \"other\"].value", "value": "o@x"}""", "emails", """[{"value":"a@x","type":"work","primary":true},{"value":"b@x","type":"home"},{"type":"other","value":"o@x"}]""")]
    public void AnOperation_ChangesWhatItsPathNames(string operation, string attribute, string expected)
    {
        var resource = (JsonObject)JsonNode.Parse(Resource)!;
        var (operations, refusal) = ScimPatch.Read(Body(operation));
        Assert.Null(refusal);
        Assert.Null(ScimPatch.Apply(resource, operations));
        Assert.Equal(JsonNode.Parse(expected)?.ToJsonString() ?? "null", resource[attribute]?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("""{"op": "move", "path": "active"}""", "invalidSyntax")]
    [InlineData("""{"op": "1", "path": "active"}""", "invalidSyntax")]
    [InlineData("""{"path": "active", "value": true}""", "invalidSyntax")]
    [InlineData("""{"op": "remove"}""", "noTarget")]
    [InlineData("""{"op": "replace", "path": "active"}""", "invalidValue")]
    [InlineData("""{"op": "replace", "value": true}""", "invalidValue")]
    [InlineData("""{"op": "replace", "path": "emails[", "value": true}""", "invalidPath")]
    [InlineData("""{"op": "replace", "path": 1, "value": true}""", "invalidPath")]
    public void WhatIsNoOperation_IsRefused(string operation, string scimType) => Assert.Equal(scimType, ScimPatch.Read(Body(operation)).Refusal?.ScimType);

    [Fact]
    public void AFilterThatPicksNothing_HasNoTarget()
    {
        var (operations, _) = ScimPatch.Read(Body("""{"op": "replace", "path": "emails[type eq \"none\"]", "value": {"value": "x"}}"""));
        Assert.Equal("noTarget", ScimPatch.Apply((JsonObject)JsonNode.Parse(Resource)!, operations)?.ScimType);
    }

    private static JsonObject Body(string operation) =>
        (JsonObject)JsonNode.Parse($$"""{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{{operation}}]}""")!;
}
