using System.Text;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Policies.Tests.Requests;

public sealed class RequestUrlTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/model", "/model")]
    [InlineData("/model/", "/model")]
    [InlineData("//model///1//", "/model/1")]
    [InlineData("///", "/")]
    [InlineData("/model?a=b", "/model")]
    [InlineData("/model/?a=/../b\\c%zz", "/model")]
    [InlineData("/model;jsessionid=1/2;x=y?z", "/model/2")]
    [InlineData("/;a/;b/c", "/c")]
    [InlineData("/a%20b/%41%62c", "/a b/Abc")]
    [InlineData("/caf%C3%A9", "/café")]
    [InlineData("/100%25", "/100%")]
    [InlineData("/100%25zz", "/100%zz")]
    [InlineData("/a%3Bb", "/a;b")]
    [InlineData("/a%3Fb%23c", "/a?b#c")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    [InlineData("/.../x", "/.../x")]
    [InlineData("/a..b/c.", "/a..b/c.")]
    public void Path_IsReadOneWay(string target, string expected)
    {
        Assert.True(RequestUrl.TryNormalise("http", "host", target, out var url, out _));
        Assert.Equal(expected, url.Path);
        Assert.Equal(EncodingAllowance.None, url.Encoded);
        Assert.Equal("http://host" + expected, url.Text);
    }

    [Theory]
    [InlineData("/a%2Fb", "/a%2Fb", EncodingAllowance.Slash)]
    [InlineData("/a%2fb", "/a%2Fb", EncodingAllowance.Slash)]
    [InlineData("/a/%2F/", "/a/%2F", EncodingAllowance.Slash)]
    [InlineData("/a;x=%2F/b", "/a/b", EncodingAllowance.Slash)]
    [InlineData("/a%252Fb", "/a%252Fb", EncodingAllowance.Double)]
    [InlineData("/a%2541", "/a%2541", EncodingAllowance.Double)]
    [InlineData("/a%25%34%31", "/a%2541", EncodingAllowance.Double)]
    [InlineData("/a%25;x/41", "/a%/41", EncodingAllowance.None)]
    [InlineData("/a%25252F", "/a%25252F", EncodingAllowance.Double)]
    [InlineData("/a%2F%2541", "/a%2F%2541", EncodingAllowance.Slash | EncodingAllowance.Double)]
    public void Path_TellsOfEncodings_ThatRulesHaveToTake(string target, string expected, EncodingAllowance encoded)
    {
        Assert.True(RequestUrl.TryNormalise("http", "host", target, out var url, out _));
        Assert.Equal(expected, url.Path);
        Assert.Equal(encoded, url.Encoded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("model")]
    [InlineData("*")]
    [InlineData("http://host/model")]
    [InlineData("/.")]
    [InlineData("/..")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a/.%2E/b")]
    [InlineData("/a/..;x/b")]
    [InlineData("/a/%2e%2e;x=y/b")]
    [InlineData("/a/..%3Bx/b")]
    [InlineData("/a/..%2Fb")]
    [InlineData("/a%2F..%2Fb")]
    [InlineData("/a/%2F..")]
    [InlineData("/a;x%2F..%2Fb")]
    [InlineData("/a;/../b")]
    [InlineData("/a/%252e%252e/b")]
    [InlineData("/a/%25252e%25252e/b")]
    [InlineData("/a/..%252Fb")]
    [InlineData("/a/..%25252Fb")]
    [InlineData("/a/%2525252525252e")]
    [InlineData("/a\\..\\b")]
    [InlineData("/a%5C..%5Cb")]
    [InlineData("/a%255Cb")]
    [InlineData("/a%00")]
    [InlineData("/a%2500")]
    [InlineData("/a%0d%0aX:y")]
    [InlineData("/a%7f")]
    [InlineData("/a%C2%85")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\nb")]
    [InlineData("/a?b\r\nc")]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/a%")]
    [InlineData("/a%4")]
    [InlineData("/a%zz")]
    [InlineData("/a;b%zz/c")]
    [InlineData("/a%u002e")]
    [InlineData("/a%C0%AE")]
    [InlineData("/a%C0%AF")]
    [InlineData("/a%E0%80%AF")]
    [InlineData("/a%FF")]
    [InlineData("/a%ED%A0%80")]
    [InlineData("/a%25C0%25AE")]
    [InlineData("/café")]
    public void Path_IsRefused_WhereReadersMightDisagree(string target)
    {
        Assert.False(RequestUrl.TryNormalise("http", "host", target, out var url, out var fault));
        Assert.Null(url);
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void Path_IsRefused_WhereItIsTooLong()
    {
        Assert.True(RequestUrl.TryNormalise("http", "host", "/" + new string('a', RequestUrl.MaxLength - 1), out _, out _));
        Assert.False(RequestUrl.TryNormalise("http", "host", "/" + new string('a', RequestUrl.MaxLength), out _, out _));
    }

    [Fact]
    public void Fault_HoldsNothingOfTheUrl()
    {
        Assert.False(RequestUrl.TryNormalise("http", "host", "/secret/..", out _, out var fault));
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", "Host", "http://host/")]
    [InlineData("HTTP", "host:80", "http://host/")]
    [InlineData("https", "host:443", "https://host/")]
    [InlineData("https", "host:80", "https://host:80/")]
    [InlineData("http", "host:443", "http://host:443/")]
    [InlineData("http", "host.", "http://host/")]
    [InlineData("http", "host.:080", "http://host/")]
    [InlineData("http", "host:", "http://host/")]
    [InlineData("http", "10.0.0.1:8080", "http://10.0.0.1:8080/")]
    [InlineData("http", "[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http", "[0:0:0:0:0:0:0:1]", "http://[::1]/")]
    public void Host_IsReadOneWay(string scheme, string authority, string expected)
    {
        Assert.True(RequestUrl.TryNormalise(scheme, authority, "/", out var url, out _));
        Assert.Equal(expected, url.Text);
    }

    [Theory]
    [InlineData("ftp", "host")]
    [InlineData("", "host")]
    [InlineData("http", "")]
    [InlineData("http", ".")]
    [InlineData("http", "host..")]
    [InlineData("http", "a..b")]
    [InlineData("http", "user@host")]
    [InlineData("http", "user:pass@host")]
    [InlineData("http", "host/x")]
    [InlineData("http", "host?x")]
    [InlineData("http", "ho%73t")]
    [InlineData("http", "host:0")]
    [InlineData("http", "host:65536")]
    [InlineData("http", "host:+80")]
    [InlineData("http", "host: 80")]
    [InlineData("http", "a,b")]
    [InlineData("http", "hôst")]
    [InlineData("http", "[::1")]
    [InlineData("http", "[]")]
    [InlineData("http", "[fe80::1%25eth0]")]
    [InlineData("http", "[10.0.0.1]")]
    [InlineData("http", "[::1]x")]
    [InlineData("http", "::1")]
    public void Host_IsRefused_WhereItIsMalformed(string scheme, string authority) =>
        Assert.False(RequestUrl.TryNormalise(scheme, authority, "/", out _, out _));

    [Theory]
    [InlineData("http://host", "http://host/")]
    [InlineData("http://host?x", "http://host/")]
    [InlineData("HTTPS://HOST:443/A/?x", "https://host/A")]
    [InlineData("http://host:8080/a;b/c", "http://host:8080/a/c")]
    public void AbsoluteUrl_IsReadTheSameWay(string absolute, string expected)
    {
        Assert.True(RequestUrl.TryNormalise(absolute, out var url, out _));
        Assert.Equal(expected, url.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/model")]
    [InlineData("host/model")]
    [InlineData("mailto:x@host")]
    [InlineData("ftp://host/")]
    [InlineData("http:///model")]
    [InlineData("http://good@evil/")]
    [InlineData("http://good\\@evil/")]
    [InlineData("http://host#@evil/")]
    [InlineData("http://host/#x")]
    [InlineData("http:\\\\host/")]
    public void AbsoluteUrl_IsRefused_WhereItIsMalformed(string absolute) => Assert.False(RequestUrl.TryNormalise(absolute, out _, out _));

    [Theory]
    [InlineData("/model/3/predicted/x", "/model/3")]
    [InlineData("/model/3", "/model/3")]
    [InlineData("/model/3.rdf", "/model/3")]
    [InlineData("/model/3/x.rdf", "/model/3")]
    [InlineData("/a.b/c", "/a.b/c")]
    [InlineData("/a.b/c.tar.gz", "/a.b/c")]
    [InlineData("/compound/9c8f2f8e-6c0a-4e6c-9d4e-0a1b2c3d4e5f/image", "/compound/9c8f2f8e-6c0a-4e6c-9d4e-0a1b2c3d4e5f")]
    [InlineData("/1/2/3", "/1")]
    [InlineData("/.x", "/")]
    [InlineData("/", "/")]
    public void OpenToxCleaning_CutsBehindTheResource(string path, string expected)
    {
        Assert.True(RequestUrl.TryNormalise("http", "host", path, out var url, out _));
        Assert.Equal(expected, url.Clean(UrlCleaning.OpenTox).Path);
        Assert.Equal(path, url.Clean(UrlCleaning.None).Path);
    }

    [Theory]
    [InlineData("POST", "/model/3", "GET")]
    [InlineData("POST", "/model/3/x", "GET")]
    [InlineData("POST", "/model", "POST")]
    [InlineData("POST", "/model/x", "POST")]
    [InlineData("POST", "/a/model/3", "POST")]
    [InlineData("DELETE", "/model/3", "DELETE")]
    public void OpenToxCleaning_CountsAQuestionToAModelAsReading(string method, string path, string expected)
    {
        Assert.True(RequestUrl.TryNormalise("http", "host", path, out var url, out _));
        Assert.Equal(expected, url.Clean(UrlCleaning.OpenTox).CleanMethod(method, UrlCleaning.OpenTox));
        Assert.Equal(method, url.CleanMethod(method, UrlCleaning.None));
    }

    [Fact]
    public void Normalising_IsIdempotent()
    {
        var random = new Random(20261122);
        const string Alphabet = "//..;%%2225Ffe3Bab%41é~:@ \\?#5C\u0001";
        var read = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var target = "/" + new string([.. Enumerable.Range(0, random.Next(14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            if (!RequestUrl.TryNormalise("http", "host", target, out var url, out _))
            {
                continue;
            }

            read++;
            Assert.True(RequestUrl.TryNormalise("http", "host", Encode(url.Path), out var again, out var fault), $"{target}: {fault}");
            Assert.Equal(url.Path, again.Path);
            Assert.DoesNotContain(url.Path.Split('/'), segment => segment is "." or "..");
            Assert.DoesNotContain("//", url.Path, StringComparison.Ordinal);
        }

        Assert.True(read > 1_000, $"only {read} URLs were read");
    }

    // As a client would write the path that was read: what stands encoded in it stays.
    private static string Encode(string path)
    {
        var encoded = new StringBuilder();
        for (var index = 0; index < path.Length; index++)
        {
            var stays = path[index] == '/' || (path[index] == '%' && index + 2 < path.Length && char.IsAsciiHexDigit(path[index + 1]) && char.IsAsciiHexDigit(path[index + 2]));
            encoded.Append(stays ? path[index].ToString() : Uri.EscapeDataString(path[index].ToString()));
        }

        return encoded.ToString();
    }
}
