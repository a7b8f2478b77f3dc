using System.Net;
using Platform.Cluster.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Cluster.Tests.OAuth;

/// <summary>Invariant 2 for tokens: introspection, tokeninfo, userinfo and resources refuse at once, on every node, under load.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class NoStaleYesTests(ThreeNodes nodes)
{
    private const string Ecosystem = $"{PlatformCluster.Root}/Ecosystem";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Logout()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0]);
        var session = holder.Browser.Cookies.Single(cookie => cookie.Name.EndsWith("JSESSIONID", StringComparison.Ordinal)).Value;
        await AssertEndsAtOnceAsync(holder, "openid read", () => nodes.Node(1).LogoutAsync(session));
    }

    [Fact]
    public async Task DisablementOfTheUser()
    {
        await nodes.Cluster.CommandAsync(PlatformCluster.Password("erin") + "\n", "user", "add", "erin");
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[1], "erin");
        await AssertEndsAtOnceAsync(holder, "openid read offline_access", () => nodes.Cluster.CommandAsync(null, "user", "disable", "erin"));
    }

    [Fact]
    public async Task WithdrawalOfTheConsent()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[2], "bob");
        await AssertEndsAtOnceAsync(holder, "openid read offline_access", async () =>
        {
            var page = await holder.Browser.OpenAsync("grants");
            await holder.Browser.PressForAsync(page, "Take it back", holder.Client.Id);
        });
    }

    [Fact]
    public async Task SuspensionOfTheScope()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0], "bob");
        await AssertEndsAtOnceAsync(
            holder,
            $"openid read offline_access d4s-context:{Ecosystem}",
            () => nodes.Cluster.ImportAsync($$"""{"scopes": [{"scope": "{{Ecosystem}}", "suspended": true}]}"""));

        // Opened again, it does not give the old tokens back.
        await nodes.Cluster.ImportAsync($$"""{"scopes": [{"scope": "{{Ecosystem}}", "suspended": false}]}""");
    }

    [Fact]
    public async Task EndOfTheMembership()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[1], "bob");
        const string Scope = $"{Ecosystem}/TryIt";
        await AssertEndsAtOnceAsync(
            holder,
            $"openid read offline_access d4s-context:{Scope}",
            () => nodes.Cluster.ImportAsync($$"""{"memberships": [{"user": "bob", "scope": "{{Scope}}", "until": "2020-01-01T00:00:00Z"}]}"""));
        await nodes.Cluster.ImportAsync($$"""{"memberships": [{"user": "bob", "scope": "{{Scope}}", "until": null}]}""");
    }

    [Fact]
    public async Task SuspensionOfTheClient()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[2]);
        await AssertEndsAtOnceAsync(holder, "openid read offline_access", () => nodes.Cluster.ImportAsync($$"""{"clients": [{"client_id": "{{holder.Client.Id}}", "suspended": true}]}"""));
        Assert.Equal("invalid_client", (await nodes.Node(0).TokenAsync(holder.Client, "client_credentials")).Error);
    }

    [Fact]
    public async Task RevocationOfTheToken()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0]);
        await AssertEndsAtOnceAsync(holder, "openid read", token => nodes.Node(2).RevokeAsync(holder.Client, token));
    }

    private Task AssertEndsAtOnceAsync(TokenHolder holder, string oauthScope, Func<Task> end) => AssertEndsAtOnceAsync(holder, oauthScope, _ => end());

    private async Task AssertEndsAtOnceAsync(TokenHolder holder, string oauthScope, Func<string, Task> end)
    {
        var asking = await TokenHolder.ServiceAsync(nodes.Node(0));
        var token = (await holder.TokensAsync(oauthScope))["access_token"];
        var turn = 0;
        long changed;
        IReadOnlyCollection<SessionLoad.Check> checks;
        await using (var load = SessionLoad.Start(nodes.Clients, node => TokenHolder.StatusAsync(node, token, asking, Interlocked.Increment(ref turn)), clientsPerNode: 2))
        {
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.CountSince(0, node) >= 12), Deadline, "each node answered 12 checks before the end");
            await end(token);
            changed = SessionLoad.Now;
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.CountSince(changed, node) >= 24), Deadline, "each node answered 24 checks after the end");
            checks = load.Checks;
        }

        Assert.Contains(checks, answered => answered.Status == HttpStatusCode.OK);
        Assert.All(checks, answered => Assert.True(answered.Status is HttpStatusCode.OK or HttpStatusCode.Unauthorized, answered.ToString()));
        Assert.All(checks.Where(answered => answered.BeganAt >= changed), answered => Assert.Equal(HttpStatusCode.Unauthorized, answered.Status));
    }
}
