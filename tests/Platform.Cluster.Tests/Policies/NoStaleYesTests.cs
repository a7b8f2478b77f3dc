using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Policies;

/// <summary>Invariant 2 for policies: a change that one node has answered is in force on all.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class NoStaleYesTests(ThreeNodes nodes)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _service = $"s{Guid.NewGuid():N}";

    private string Host => _service + ".example";

    [Fact]
    public async Task AChange_IsInForceOnAllNodes_UnderLoad_BackAndForth()
    {
        var (root, alice) = (await nodes.Node(0).LoginIdAsync("root"), await nodes.Node(1).LoginIdAsync("alice"));
        await StoreAsync(nodes.Node(0), root, allows: true);
        for (var round = 0; round < 3; round++)
        {
            await AssertChangesAtOnceAsync(alice, () => StoreAsync(nodes.Node(round), root, allows: false), HttpStatusCode.OK, HttpStatusCode.Forbidden);
            await AssertChangesAtOnceAsync(alice, () => StoreAsync(nodes.Node((round + 1) % 3), root, allows: true), HttpStatusCode.Forbidden, HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task ARemovedSet_AndAHostThatMoves_AreSoOnAllNodes_UnderLoad()
    {
        var (root, alice) = (await nodes.Node(2).LoginIdAsync("root"), await nodes.Node(1).LoginIdAsync("alice"));
        await StoreAsync(nodes.Node(0), root, allows: true);
        await AssertChangesAtOnceAsync(alice, () => RemoveAsync(nodes.Node(1), root), HttpStatusCode.OK, HttpStatusCode.Forbidden);

        // Another service takes the host, and another set decides.
        await AssertChangesAtOnceAsync(alice, () => StoreAsync(nodes.Node(2), root, allows: true, service: _service + "x"), HttpStatusCode.Forbidden, HttpStatusCode.OK);
    }

    [Fact]
    public async Task APausedNode_LetsNothingThroughByAnOldSet_OnceItGoesOn()
    {
        await using var cluster = await PlatformCluster.StartAsync(2, TokenHolder.Settings);
        var (paused, other) = (cluster.Nodes[0], cluster.Nodes[1].Client);
        var (root, alice) = (await other.LoginIdAsync("root"), await other.LoginIdAsync("alice"));
        await StoreAsync(other, root, allows: true);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(paused.Client, alice));

        await paused.PauseAsync();

        // On the one engine the set's grain may live on the node that is paused; its change is answered when another has it.
        await Eventually.TrueAsync(() => TryStoreAsync(other, root, allows: false), Deadline, "the other node answered the change");
        var asked = Enumerable.Range(0, 20).Select(_ => AskAsync(paused.Client, alice)).ToArray();
        await paused.ResumeAsync();
        Assert.All(await Task.WhenAll(asked), status => Assert.NotEqual(HttpStatusCode.OK, status));
        await Eventually.TrueAsync(async () => await AskAsync(paused.Client, alice) == HttpStatusCode.Forbidden, Deadline, "the paused node is back and refuses");
    }

    private async Task AssertChangesAtOnceAsync(string session, Func<Task> change, HttpStatusCode before, HttpStatusCode after)
    {
        long changed;
        IReadOnlyCollection<SessionLoad.Check> checks;
        await using (var load = SessionLoad.Start(nodes.Clients, node => AskAsync(node, session)))
        {
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.CountSince(0, node) >= 10), Deadline, "each node answered 10 questions before the change");
            await change();
            changed = SessionLoad.Now;
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, 3).All(node => load.CountSince(changed, node) >= 20), Deadline, "each node answered 20 questions after the change");
            checks = load.Checks;
        }

        Assert.Contains(checks, answered => answered.Status == before);
        Assert.All(checks.Where(answered => answered.BeganAt >= changed), answered => Assert.Equal(after, answered.Status));
    }

    /// <summary>What nginx asks about a request of this session.</summary>
    private async Task<HttpStatusCode> AskAsync(HttpClient node, string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "forward/nginx");
        request.Headers.Add("X-Original-URL", $"https://{Host}/data/1");
        request.Headers.Add("X-Original-Method", "GET");
        request.Headers.Add("X-Session-Id", session);
        using var answer = await node.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task StoreAsync(HttpClient node, string session, bool allows, string? service = null) =>
        Assert.True(await TryStoreAsync(node, session, allows, service));

    private async Task<bool> TryStoreAsync(HttpClient node, string session, bool allows, string? service = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"policies/{service ?? _service}")
        {
            Content = new StringContent(
                $"hosts: [{Host}]\nrules:\n- {{id: data, effect: {(allows ? "allow" : "deny")}, template: /data/**, who: [{{users: [alice]}}]}}\n",
                Encoding.UTF8,
                MediaTypeHeaderValue.Parse("application/yaml")),
        };
        request.Headers.Add("X-Session-Id", session);
        using var answer = await node.SendAsync(request);
        return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created;
    }

    private async Task RemoveAsync(HttpClient node, string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"policies/{_service}");
        request.Headers.Add("X-Session-Id", session);
        using var answer = await node.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
