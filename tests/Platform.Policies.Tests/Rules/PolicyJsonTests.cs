using Platform.Policies.Rules;
using static Platform.Policies.Tests.Sample;

namespace Platform.Policies.Tests.Rules;

public sealed class PolicyJsonTests
{
    private const string Everything = """
        {"hosts":["data.example.org"],"caseSensitive":false,"cleaning":"opentox","scope":"/infra/VO","cacheFor":"00:00:30","rules":[
        {"id":"a","description":"é+<","effect":"allow","methods":["GET"],"hosts":["data.example.org"],"template":"/vre/:vre/**",
        "who":["anyone","anonymous","authenticated","policies",{"users":["bob"],"groups":["member"],"roles":[{"role":"VRE-Manager","scope":"/infra/VO/:vre"}],"oauthScopes":["read"],"clients":["app"]}],
        "conditions":{"from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00.5Z","hours":{"from":"08:00","until":"18:30:15","timeZone":"Europe/Rome"},
        "days":["monday","sunday"],"addresses":["10.0.0.0/8"],"maxSessionAge":"1.00:10:00","strengths":["mfa"]},"encoded":["slash","double"]},
        {"id":"b","effect":"deny","path":"/x","who":["anyone"]},
        {"id":"c","effect":"allow","regex":"^/x","who":["anyone"],"conditions":{"hours":{"from":"22:00","until":"06:00"}}},
        {"id":"d","effect":"allow","url":"http://h/x","who":["anyone"]},
        {"id":"e","effect":"allow","urlRegex":"h/x","who":["anyone"]},
        {"id":"f","effect":"allow","who":["anyone"]}]}
        """;

    [Fact]
    public void WhatWasRead_IsWrittenAsItWas()
    {
        var json = Everything.ReplaceLineEndings("");
        Assert.Equal(json, PolicyJson.Write(PolicyJson.Read(json)));
    }

    [Fact]
    public void Defaults_AreLeftOut()
    {
        Assert.Equal("""{"rules":[]}""", PolicyJson.Write(new PolicySet()));
        Assert.Equal(
            """{"rules":[{"id":"a","effect":"allow","who":["anyone"]}]}""", PolicyJson.Write(new PolicySet { Rules = [Allow("a", PathPattern.Any)] }));
        var set = PolicyJson.Read("{}");
        Assert.True(set is { CaseSensitive: true, Cleaning: UrlCleaning.None, Scope: null, CacheFor: null, Hosts.IsEmpty: true, Rules.IsEmpty: true });
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"unknown":1}""")]
    [InlineData("""{"hosts":[],"hosts":[]}""")]
    [InlineData("""{"rules":null}""")]
    [InlineData("""{"cacheFor":"30s"}""")]
    [InlineData("""{"cacheFor":"30"}""")]
    [InlineData("""{"cleaning":"other"}""")]
    [InlineData("""{"rules":[{"effect":"allow","who":["anyone"]}]}""")]
    [InlineData("""{"rules":[{"id":"a","who":["anyone"]}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow"}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"Allow","who":["anyone"]}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":["everyone"]}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":[1]}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":[null]}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":[{"user":["x"]}]}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":["anyone"],"path":"/","regex":"x"}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":["anyone"],"conditions":{"new":1}}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":["anyone"],"conditions":{"from":"2026-01-01"}}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":["anyone"],"conditions":{"days":["Monday"]}}]}""")]
    [InlineData("""{"rules":[{"id":"a","effect":"allow","who":["anyone"],"encoded":["none"]}]}""")]
    [InlineData("""{"rules":[null]}""")]
    [InlineData("""{"hosts":[null]}""")]
    public void SomethingElse_IsRefused(string json) => Assert.Throws<FormatException>(() => PolicyJson.Read(json));
}
