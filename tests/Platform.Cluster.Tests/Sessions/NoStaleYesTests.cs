using System.Net;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Sessions;

/// <summary>Invariant 2: what one node has answered, no node forgets.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class NoStaleYesTests(ThreeNodes nodes)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Logout_OnOneNode_RefusesEveryLaterRequest_OnAllNodesUnderLoad()
    {
        for (var round = 0; round < 3; round++)
        {
            var id = await nodes.Node(round).LoginIdAsync("alice");
            await AssertRefusedAfterAsync(
                id,
                async () => Assert.Equal(HttpStatusCode.OK, await nodes.Node((round + 1) % 3).LogoutAsync(id)));
        }
    }

    [Fact]
    public async Task DisablingAUser_RefusesEveryLaterRequest_OnAllNodesUnderLoad()
    {
        await nodes.Cluster.CommandAsync("cluster-dora-password\n", "user", "add", "dora");
        var id = await nodes.Node(0).LoginIdAsync("dora");
        await AssertRefusedAfterAsync(id, () => nodes.Cluster.CommandAsync(null, "user", "disable", "dora"));

        await nodes.Cluster.CommandAsync(null, "user", "enable", "dora");
        Assert.Equal(HttpStatusCode.Unauthorized, await nodes.Node(1).SessionStatusAsync(id));
    }

    [Fact]
    public async Task EndOfAMembership_TakesTheScope_OnAllNodesAtOnce()
    {
        var id = await nodes.Node(0).LoginIdAsync("bob");
        var scope = $"{PlatformCluster.Root}/Ecosystem/TryIt";
        Assert.Equal(HttpStatusCode.OK, await nodes.Node(1).EnterAsync(id, scope));
        await AssertInScopeUntilAsync(
            id, scope, () => nodes.Cluster.ImportAsync($$"""{"memberships": [{"user": "bob", "scope": "{{scope}}", "until": "2020-01-01T00:00:00Z"}]}"""));
        Assert.Equal(HttpStatusCode.Forbidden, await nodes.Node(2).EnterAsync(id, scope));

        await nodes.Cluster.ImportAsync($$"""{"memberships": [{"user": "bob", "scope": "{{scope}}", "until": null}]}""");
        Assert.Equal(HttpStatusCode.OK, await nodes.Node(0).EnterAsync(id, scope));
    }

    [Fact]
    public async Task SuspensionOfAScope_TakesIt_OnAllNodesAtOnce_AndReopeningDoesNotGiveItBack()
    {
        var scope = $"{PlatformCluster.Root}/Ecosystem";
        var id = await nodes.Node(2).LoginIdAsync("bob");
        Assert.Equal(HttpStatusCode.OK, await nodes.Node(0).EnterAsync(id, scope));
        await AssertInScopeUntilAsync(
            id, scope, () => nodes.Cluster.ImportAsync($$"""{"scopes": [{"scope": "{{scope}}", "suspended": true}]}"""));

        await nodes.Cluster.ImportAsync($$"""{"scopes": [{"scope": "{{scope}}", "suspended": false}]}""");
        Assert.All(await Task.WhenAll(nodes.Clients.Select(node => node.SessionAsync(id))), session => Assert.Null(session.Scope()));
        Assert.Equal(HttpStatusCode.OK, await nodes.Node(1).EnterAsync(id, scope));
    }

    private Task AssertRefusedAfterAsync(string id, Func<Task> end) =>
        AssertChangesAtOnceAsync(node => node.SessionStatusAsync(id), end, HttpStatusCode.Unauthorized);

    // 200 stands for "in the scope", 204 for "in none".
    private Task AssertInScopeUntilAsync(string id, string scope, Func<Task> end) =>
        AssertChangesAtOnceAsync(
            async node => (await node.SessionAsync(id)).Scope() == scope ? HttpStatusCode.OK : HttpStatusCode.NoContent, end, HttpStatusCode.NoContent);

    /// <summary>Under load on all nodes: 200 before, and nothing but <paramref name="after"/> for what begins once the change was answered.</summary>
    private async Task AssertChangesAtOnceAsync(Func<HttpClient, Task<HttpStatusCode>> check, Func<Task> change, HttpStatusCode after)
    {
        long changed;
        IReadOnlyCollection<SessionLoad.Check> checks;
        await using (var load = SessionLoad.Start(nodes.Clients, check))
        {
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.CountSince(0, node) >= 20), Deadline, "each node answered 20 checks before the change");
            await change();
            changed = SessionLoad.Now;
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.CountSince(changed, node) >= 50), Deadline, "each node answered 50 checks after the change");
            checks = load.Checks;
        }

        Assert.Contains(checks, answered => answered.Status == HttpStatusCode.OK);
        Assert.All(checks.Where(answered => answered.BeganAt >= changed), answered => Assert.Equal(after, answered.Status));
    }
}
