using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Api.Tests.Policies.ForwardAuth;
using Platform.Api.Tests.Support;
using Platform.Policies.AspNetCore;
using Platform.Testing;

namespace Platform.Api.Tests.Policies.AspNetCore;

/// <summary>The middleware in another service, asking a real node.</summary>
[Collection(ForwardCollection.Name)]
public sealed class PlatformPolicyTests(ForwardNode given) : IAsyncLifetime
{
    private ProtectedService _service = null!;

    public async Task InitializeAsync() => _service = await ProtectedService.StartAsync(given.Node.Address, $"http://{ForwardNode.Host}");

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task OnlyWhatARuleLetsThrough_ReachesTheService()
    {
        var alice = "X-Session-Id: " + await given.Node.LogInAsync("alice");
        var bob = "X-Session-Id: " + await given.Node.LogInAsync("bob");
        Assert.Equal(200, (await GetAsync("/public/page?x=1")).Status);
        Assert.Equal(200, (await GetAsync("/members/page", bob)).Status);
        Assert.Equal(200, (await GetAsync("/manage/x", alice)).Status);
        Assert.Equal(3, _service.Reached);
        var refused = await GetAsync("/members/page");
        Assert.Equal(401, refused.Status);
        Assert.NotEmpty(refused.Header("WWW-Authenticate")!);
        Assert.Equal(403, (await GetAsync("/manage/x", bob)).Status);
        Assert.Equal(403, (await GetAsync("/members/secret/x", alice)).Status);
        Assert.Equal(403, (await GetAsync("/elsewhere", alice)).Status);
        Assert.Equal(403, (await RawHttp.SendToHostAsync(_service.Address, "host", "GET", "/upload", "", [alice])).Status);
        Assert.Equal(3, _service.Reached);
        Assert.Equal(200, (await RawHttp.SendToHostAsync(_service.Address, "host", "POST", "/upload", "", [alice])).Status);
        Assert.Equal(4, _service.Reached);
    }

    [Fact]
    public async Task TheCaller_BecomesTheUser_WhateverHeadersCameFromOutside()
    {
        var id = await given.Node.LogInAsync("alice");
        await given.Node.GetAsync($"/LoginScope;jsessionid={id}?scope={TestData.AquaMaps}").TextAsync();
        var answer = await GetAsync("/members/page", "X-Session-Id: " + id, "Remote-User: root", "Remote-Groups: admins", "X-Scope: /root");
        Assert.Contains($"user alice in-staff True header alice scope {TestData.AquaMaps}", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("root", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("admins", answer.Body, StringComparison.Ordinal);

        var nobody = await GetAsync("/public/page", "Remote-User: root", "Remote-Email: root@example.org");
        Assert.Contains("user  in-staff False header  scope  claims", nobody.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("root", nobody.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALogout_EndsItAtOnce()
    {
        var id = await given.Node.LogInAsync("alice");
        Assert.Equal(200, (await GetAsync("/members/page;jsessionid=" + id)).Status);
        await given.Node.GetAsync("/Logout;jsessionid=" + id).TextAsync();
        Assert.Equal(401, (await GetAsync("/members/page;jsessionid=" + id)).Status);
    }

    [Fact]
    public async Task TheHostOfARequest_ChoosesNoPolicies()
    {
        var bob = "X-Session-Id: " + await given.Node.LogInAsync("bob");
        Assert.Equal(403, (await RawHttp.SendToHostAsync(_service.Address, ForwardNode.CachedHost, "GET", "/elsewhere", "", [bob])).Status);
        Assert.Equal(403, (await RawHttp.SendToHostAsync(_service.Address, ForwardNode.CachedHost, "GET", $"http://{ForwardNode.CachedHost}/elsewhere", "", [bob])).Status);
        Assert.Equal(403, (await GetAsync("/elsewhere", bob, "X-Forwarded-Host: " + ForwardNode.CachedHost)).Status);
        Assert.Equal(0, _service.Reached);
    }

    [Fact]
    public async Task AnyWayOfWritingAPath_OpensNothingThatIsClosed()
    {
        string[] targets =
        [
            "/public/../members/x", "/public/%2e%2e/members/x", "/public/..;/members/x", "/public/..;a=b/members/x", "/public/%252e%252e/members/x", "/public%2f..%2fmembers/x",
            "/public/..%5cmembers/x", "/public/..\\members\\x", "/public/%c0%ae%c0%ae/members/x", "//members/x", "/members;a=b/x", "/%6dembers/x", "/members%2fx", "/members%252fx",
            "/public/%", "/public/%00", "/public/%ff", "/PUBLIC/x", "/slashes/..%2fmembers/x", "/public;a%2F..%2Fmembers/x",
        ];
        foreach (var target in targets)
        {
            var answer = await GetAsync(target);
            Assert.True(answer.Status is 400 or 401 or 403, $"{target}: {answer.Status}");
        }

        Assert.Equal(0, _service.Reached);
    }

    [Theory]
    [InlineData("/public;x=y/page;z", "/public/page")]
    [InlineData("//public///page", "/public/page")]
    [InlineData("/public/page;x/", "/public/page/")]
    [InlineData("/public/a%20b", "/public/a b")]
    [InlineData("http://elsewhere/public/page", "/public/page")]
    public async Task WhatWasDecidedAbout_IsWhatIsRouted(string target, string routed) =>
        Assert.Contains($"path {routed} user", (await RawHttp.SendToHostAsync(_service.Address, "elsewhere", "GET", target, "")).Body, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://host?x/public/page")]
    [InlineData("http://host\\members\\x/public/page")]
    [InlineData("http://host\\members/../public/page")]
    [InlineData("http://host/slashes/x%2Fmembers")]
    [InlineData("http://x@host/public/page")]
    [InlineData("ftp://host/public/page")]
    public async Task WhereTheHostOfAnAbsoluteTargetEnds_IsNoWayPast(string target)
    {
        Assert.True((await RawHttp.SendToHostAsync(_service.Address, "host", "GET", target, "")).Status is 400 or 401 or 403);
        Assert.Equal(0, _service.Reached);
    }

    [Fact]
    public async Task ABrowser_IsLedToTheLogin_AndItsPagesAreThePlatforms()
    {
        var led = await GetAsync("/members/page", "Accept: text/html");
        Assert.Equal(302, led.Status);
        Assert.StartsWith($"http://{ForwardNode.Host}/.platform/start?return=", led.Header("Location"), StringComparison.Ordinal);
        var start = await GetAsync("/.platform/start?return=%2Fmembers%2Fpage", "Accept: text/html");
        Assert.Equal(303, start.Status);
        Assert.Contains("/forward/login?", start.Header("Location"), StringComparison.Ordinal);
        Assert.Contains("platform-nonce=", start.Header("Set-Cookie"), StringComparison.Ordinal);
        Assert.Equal(0, _service.Reached);
    }

    [Fact]
    public async Task NoAnswer_IsARefusal()
    {
        await using var alone = await ProtectedService.StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), $"http://{ForwardNode.Host}");
        Assert.Equal(503, (await RawHttp.GetAsync(alone.Address, "/public/page")).Status);
        Assert.Equal(0, alone.Reached);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(301)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task AnAnswerThatIsNoYes_IsARefusal(int status)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var other = builder.Build();
        other.Run(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await other.StartAsync();
        await using var service = await ProtectedService.StartAsync(new Uri(other.Urls.Single()), $"http://{ForwardNode.Host}");
        Assert.Equal(503, (await RawHttp.GetAsync(service.Address, "/public/page")).Status);
        Assert.Equal(0, service.Reached);
    }

    [Fact]
    public void Options_AreCheckedAtTheStart_AllAtOnce()
    {
        using var services = new ServiceCollection().AddPlatformPolicies(options =>
        {
            options.Platform = new Uri("https://platform.example.org/path");
            options.Timeout = TimeSpan.Zero;
        }).BuildServiceProvider();
        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<PlatformPolicyOptions>>().Value);
        Assert.Equal(3, failure.Failures.Count());
    }

    private Task<RawAnswer> GetAsync(string target, params string[] headers) => RawHttp.GetAsync(_service.Address, target, headers);
}
