using Platform.Api.Http.Targets;

namespace Platform.Api.Tests.Http;

public class RequestTargetParserTests
{
    private const string Id = "6751BF9588491D6EB853096C84B3671F";

    [Theory]
    [InlineData("/")]
    [InlineData("/session")]
    [InlineData("/scopes/a/b_c-d.e?x=1&y=a+b")]
    public void Plain_targets_are_left_to_the_server(string raw) => Assert.Null(RequestTargetParser.Parse(raw));

    [Theory]
    [InlineData("/session;jsessionid=" + Id, "/session", "")]
    [InlineData("/session;jsessionid=" + Id + "?a=;b", "/session", "?a=;b")]
    [InlineData("/;jsessionid=" + Id, "/", "")]
    [InlineData("/scopes;jsessionid=" + Id + "/a/b", "/scopes/a/b", "")]
    [InlineData("/session;x=1;jsessionid=" + Id + ";y=2", "/session", "")]
    [InlineData("/session;jsessionid=" + Id + ";v", "/session", "")]
    [InlineData("http://127.0.0.1/session;jsessionid=" + Id, "/session", "")]
    [InlineData("HTTPS://example.org:8443/session;jsessionid=" + Id + "?q", "/session", "?q")]
    public void A_session_id_is_taken_off_any_segment(string raw, string path, string query)
    {
        var target = RequestTargetParser.Parse(raw);

        Assert.NotNull(target);
        Assert.Null(target.Refusal);
        Assert.Equal(path, target.Path);
        Assert.Equal(query, target.Query);
        Assert.Equal([Id], target.SessionIds);
    }

    [Theory]
    [InlineData("/session;JSESSIONID=" + Id, "/session")]
    [InlineData("/session;Jsessionid=" + Id, "/session")]
    [InlineData("/session;%6Asessionid=" + Id, "/session")]
    [InlineData("/session;xjsessionid=" + Id, "/session")]
    [InlineData("/session;jsessionid", "/session")]
    [InlineData("/a%20b", "/a b")]
    [InlineData("/%C3%BC", "/ü")]
    [InlineData("/a%3Bb", "/a;b")]
    [InlineData("/a%252Fb", "/a%2Fb")]
    [InlineData("/...", "/...")]
    [InlineData("/.well-known", "/.well-known")]
    public void Anything_else_is_no_session_id(string raw, string path)
    {
        var target = RequestTargetParser.Parse(raw);

        Assert.NotNull(target);
        Assert.Null(target.Refusal);
        Assert.Equal(path, target.Path);
        Assert.Empty(target.SessionIds);
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/..")]
    [InlineData("/.")]
    [InlineData("/%2e%2e/a")]
    [InlineData("/%2E./a")]
    [InlineData("/.%2e")]
    [InlineData("/..;jsessionid=" + Id)]
    [InlineData("/a/..;x/b")]
    [InlineData("/.;x/b")]
    [InlineData("/a%2fb")]
    [InlineData("/a%5Cb")]
    [InlineData("/a\\b")]
    [InlineData("/a%00b")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/a%7fb")]
    [InlineData("/a%c0%ae")]
    [InlineData("/a%ff")]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a%+1")]
    [InlineData("/a#b")]
    [InlineData("/a b")]
    [InlineData("/aü")]
    [InlineData("/a?x=%zz")]
    [InlineData("/a?x=%ff")]
    [InlineData("/a?x=%00")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("example.org:443")]
    [InlineData("http://")]
    [InlineData("http:///a")]
    [InlineData("http://user@host/a")]
    [InlineData("http://host;jsessionid=" + Id + "/a")]
    [InlineData("ftp://host/a")]
    public void Targets_that_two_readers_would_read_differently_are_refused(string raw)
    {
        var refusal = RequestTargetParser.Parse(raw)?.Refusal;

        Assert.NotNull(refusal);
        Assert.Equal(400, refusal.Error.Status);
        Assert.DoesNotContain(Id, refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoded_semicolon_before_jsessionid_names_nothing() =>
        Assert.Equal(404, RequestTargetParser.Parse("/session%3Bjsessionid=" + Id)?.Refusal?.Error.Status);

    [Fact]
    public void The_place_of_the_fault_is_named() =>
        Assert.Equal("the request target, character 3", RequestTargetParser.Parse("/a%zz")?.Refusal?.Place);

    [Fact]
    public void Long_targets_are_refused() =>
        Assert.Equal(414, RequestTargetParser.Parse("/" + new string('a', RequestTargetParser.MaxLength))?.Refusal?.Error.Status);

    [Fact]
    public void No_more_than_eight_ids_are_kept()
    {
        var target = RequestTargetParser.Parse("/session" + string.Concat(Enumerable.Range(0, 20).Select(number => $";jsessionid={number}")));

        Assert.Equal(Enumerable.Range(0, 8).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)), target!.SessionIds);
    }
}
