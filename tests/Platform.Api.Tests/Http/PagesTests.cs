using Platform.Api.Http.Pages;
using Platform.Grains.Sessions;

namespace Platform.Api.Tests.Http;

public class PagesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/scopes/a/b?x=1#y")]
    [InlineData("/a?next=//evil.example")]
    public void Local_returns_are_taken(string text)
    {
        Assert.True(LocalReturn.TryParse(text, out var local));
        Assert.Equal(text, local);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\r\nSet-Cookie: a=b")]
    [InlineData("/;/evil.example")]
    [InlineData("/a;jsessionid=6751BF9588491D6EB853096C84B3671F")]
    [InlineData("/a//b")]
    [InlineData("http://evil.example/")]
    [InlineData("https:/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/ü")]
    public void Other_returns_lead_to_the_start(string? text) => Assert.Equal("/", LocalReturn.OrStart(text));

    [Theory]
    [InlineData("/a", "/a;jsessionid={0}")]
    [InlineData("/a?b=c", "/a;jsessionid={0}?b=c")]
    [InlineData("/a#b?c", "/a;jsessionid={0}#b?c")]
    [InlineData("/", "/;jsessionid={0}")]
    public void The_id_stands_after_the_path(string local, string expected)
    {
        var id = SessionId.New();

        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, id.Reveal()), Links.WithSession(local, id));
    }

    [Fact]
    public void Values_in_markup_are_encoded()
    {
        const string value = "<script>\"&'";

        Assert.Equal("<p>&lt;script&gt;&quot;&amp;&#x27;</p>", Html.Of($"<p>{value}</p>").ToString());
        Assert.Equal("<div><p>a</p></div>", Html.Of($"<div>{Html.Of($"<p>{"a"}</p>")}</div>").ToString());
    }
}
