using Platform.Api.Http.Wire;

namespace Platform.Api.Tests.Http;

public class NegotiationTests
{
    [Theory]
    [InlineData(null, "Xml")]
    [InlineData("", "Xml")]
    [InlineData("*/*", "Xml")]
    [InlineData("application/*", "Xml")]
    [InlineData("application/json", "Json")]
    [InlineData("APPLICATION/JSON", "Json")]
    [InlineData("application/xml", "Xml")]
    [InlineData("text/xml", "Xml")]
    [InlineData("application/json, */*", "Json")]
    [InlineData("application/json;q=0.5, application/xml;q=0.4", "Json")]
    [InlineData("application/json;q=0.4, application/xml;q=0.5", "Xml")]
    [InlineData("application/xml;q=0, */*", "Json")]
    [InlineData("application/xml;q=0, application/json;q=0.001", "Json")]
    [InlineData("application/json; charset=utf-8; q=0.9, text/plain", "Json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Html")]
    [InlineData("text/html;q=0.1, application/json", "Json")]
    [InlineData("text/*", "Html")]
    [InlineData("image/png", null)]
    [InlineData("application/json;q=0", null)]
    [InlineData("application/json;q=2", null)]
    [InlineData("nonsense", null)]
    public void Accept_chooses(string? accept, string? expected) =>
        Assert.Equal(expected, Negotiation.Choose(accept, Offers.XmlFirstOrPage)?.ToString());

    [Fact]
    public void Several_headers_are_one() =>
        Assert.Equal(WireFormat.Json, Negotiation.Choose(new(["application/xml;q=0.1", "application/json"]), Offers.XmlFirst));
}
