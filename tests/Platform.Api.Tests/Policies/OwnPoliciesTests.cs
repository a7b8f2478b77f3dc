using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Policies.Rules;

namespace Platform.Api.Tests.Policies;

/// <summary>What the operator denies at the platform's own endpoints.</summary>
public sealed class OwnPoliciesTests : IAsyncLifetime
{
    private ApiNode _node = null!;

    public async Task InitializeAsync() => _node = await ApiNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Denied_FromTheAnswerOn_AndOpenAgainOnceTakenBack()
    {
        var id = await _node.LogInAsync("alice");
        await _node.GetAsync("/session", "X-Session-Id: " + id).JsonAsync();
        await DenyAsync(Deny("no-session-document", new PathPattern(PathPatternKind.Exact, "/session"), PolicyAudience.Anyone));

        Assert.Equal("denied-by-policy", await _node.GetAsync("/session", "X-Session-Id: " + id).CodeAsync(HttpStatusCode.Forbidden));
        await _node.GetAsync("/sessions", "X-Session-Id: " + id).JsonAsync();

        await _node.Services.GetRequiredService<IPlatformGrains>().PolicySet(ServiceName.Platform)
            .RemoveAsync(new PolicyRemoval("back", "test", null), ChangeCondition.None);
        await _node.GetAsync("/session", "X-Session-Id: " + id).JsonAsync();
    }

    [Fact]
    public async Task NoSpellingOfADeniedPath_GetsPast()
    {
        var id = await _node.LogInAsync("alice");
        await DenyAsync(Deny("no-session-document", new PathPattern(PathPatternKind.Exact, "/session"), PolicyAudience.Anyone));
        string[] spellings =
        [
            "/session", "/SESSION", "/Session/", "//session", "/session;x=y", "/s%65ssion", "/session%2f", "/session%252f", "/x/../session",
            "/x/%2e%2e/session", "/x/..;/session", "/./session", "/session?x", "/session;jsessionid=" + id,
        ];
        foreach (var target in spellings)
        {
            var answer = await RawHttp.GetAsync(_node.Address, target, "X-Session-Id: " + id);
            Assert.DoesNotContain("\"user\"", answer.Body, StringComparison.Ordinal);
            Assert.True(answer.Status is 400 or 403 or 404, $"{target}: {answer.Status}");
        }
    }

    [Fact]
    public async Task DenialSpeaksOfCallers_NotOfEndpointsAlone()
    {
        await DenyAsync(Deny("bob-reads-nothing", new PathPattern(PathPatternKind.Template, "/resources/**"), new PolicyAudience { Kind = AudienceKind.Named, Users = ["bob"] }));

        Assert.Equal("denied-by-policy", await _node.GetAsync("/resources", "X-Session-Id: " + await _node.LogInAsync("bob")).CodeAsync(HttpStatusCode.Forbidden));
        using var alice = await _node.GetAsync("/resources", "X-Session-Id: " + await _node.LogInAsync("alice"));
        Assert.NotEqual(HttpStatusCode.Forbidden, alice.StatusCode);
    }

    [Fact]
    public async Task WithoutCredentials_ADenialIsA401ThatTellsHowToComeBack()
    {
        await DenyAsync(Deny("nobody-unknown", PathPattern.Any, new PolicyAudience { Kind = AudienceKind.Anonymous }));
        using var answer = await _node.GetAsync("/resources");

        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Contains("nobody-unknown", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await _node.GetAsync("/health/ready").TextAsync();
    }

    [Fact]
    public async Task ASetThatCannotBeRead_LetsNothingThrough()
    {
        var change = new PolicyChange("newer", """{"rules": [{"id": "x", "effect": "perhaps", "path": "/", "who": ["anyone"]}]}""", [], "test", null);
        await _node.Services.GetRequiredService<IPlatformGrains>().PolicySet(ServiceName.Platform).ReplaceAsync(change, ChangeCondition.None);

        Assert.Equal("policies-unreadable", await _node.GetAsync("/resources").CodeAsync(HttpStatusCode.ServiceUnavailable));
        Assert.Equal("policies-unreadable", await _node.GetAsync("/resources", "X-Session-Id: " + new string('A', 32)).CodeAsync(HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task AnAllowRule_OpensNothing()
    {
        var everything = new PolicyRule { Id = "all", Effect = PolicyEffect.Allow, Path = PathPattern.Any, Who = [PolicyAudience.Anyone] };
        await DenyAsync(everything);

        Assert.Equal("session-required", await _node.GetAsync("/sessions").CodeAsync(HttpStatusCode.Unauthorized));
    }

    private static PolicyRule Deny(string id, PathPattern path, PolicyAudience who) => new() { Id = id, Effect = PolicyEffect.Deny, Path = path, Who = [who] };

    private async Task DenyAsync(PolicyRule rule)
    {
        var change = new PolicyChange(Guid.NewGuid().ToString("N"), PolicyJson.Write(new PolicySet { Rules = [rule] }), [], "test", null);
        var result = await _node.Services.GetRequiredService<IPlatformGrains>().PolicySet(ServiceName.Platform).ReplaceAsync(change, ChangeCondition.None);
        Assert.True(result.Outcome is PolicyChangeOutcome.Created or PolicyChangeOutcome.Replaced);
    }
}
