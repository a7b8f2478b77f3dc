using System.Collections.Concurrent;
using Platform.Cluster.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Cluster.Tests.OAuth;

/// <summary>Invariant 3: a refresh token has one successor in the whole cluster.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class RefreshTests(ThreeNodes nodes)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task TwoHundredUsesAtOnce_GiveOneSuccessor_AndAnOlderOneEndsTheFamily()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0]);
        var first = await holder.TokensAsync("openid offline_access");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => nodes.Node(i % 3).RefreshAsync(holder.Client, first["refresh_token"])));
        Assert.All(answers, answer => answer.Granted());
        var successor = Assert.Single(answers.Select(answer => answer["refresh_token"]).Distinct());
        Assert.NotEqual(first["refresh_token"], successor);

        // The successor was used: whoever brings its predecessor now is not a second tab.
        var third = (await nodes.Node(1).RefreshAsync(holder.Client, successor)).Granted();
        Assert.Equal("invalid_grant", (await nodes.Node(2).RefreshAsync(holder.Client, first["refresh_token"])).Error);
        foreach (var node in nodes.Clients)
        {
            Assert.Equal("invalid_grant", (await node.RefreshAsync(holder.Client, third["refresh_token"])).Error);
            Assert.Equal("invalid_token", (await node.GetWithAsync("oauth/userinfo", third["access_token"])).Error);
        }
    }

    [Fact]
    public async Task Logout_DuringRefreshes_EndsAllOfThem()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0]);

        // Without offline_access the tokens end with the session.
        var first = await holder.TokensAsync("openid");
        Assert.NotNull(first.Find("refresh_token"));
        var session = holder.Browser.Cookies.Single(cookie => cookie.Name.EndsWith("JSESSIONID", StringComparison.Ordinal)).Value;
        await AssertEndsDuringRefreshesAsync(holder, first, () => nodes.Node(2).LogoutAsync(session));
    }

    [Fact]
    public async Task Withdrawal_DuringRefreshes_EndsAllOfThem()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[1], "bob");
        var first = await holder.TokensAsync("openid offline_access");
        await AssertEndsDuringRefreshesAsync(holder, first, async () =>
        {
            var page = await holder.Browser.OpenAsync("grants");
            await holder.Browser.PressForAsync(page, "Take it back", holder.Client.Id);
        });
    }

    /// <summary>One chain of refreshes over the nodes; whatever of it begins after the end was answered is refused, and so is all that it gave.</summary>
    private async Task AssertEndsDuringRefreshesAsync(TokenHolder holder, OAuthAnswer first, Func<Task> end)
    {
        var given = new ConcurrentQueue<OAuthAnswer>([first]);
        var refused = new ConcurrentQueue<OAuthAnswer>();
        var chain = Task.Run(async () =>
        {
            var current = first;
            for (var turn = 0; refused.IsEmpty; turn++)
            {
                // Twice at once, as two tabs would.
                var answers = await Task.WhenAll(
                    nodes.Node(turn % 3).RefreshAsync(holder.Client, current["refresh_token"]),
                    nodes.Node((turn + 1) % 3).RefreshAsync(holder.Client, current["refresh_token"]));
                foreach (var answer in answers)
                {
                    (answer.IsGranted ? given : refused).Enqueue(answer);
                }

                current = answers.FirstOrDefault(answer => answer.IsGranted) ?? current;
            }
        });
        await Eventually.TrueAsync(() => given.Count >= 10 || !refused.IsEmpty, Deadline, "10 refreshes were answered");
        Assert.Empty(refused);
        await end();
        var last = given.ToArray();
        await chain;
        Assert.All(refused, answer => Assert.Equal("invalid_grant", answer.Error));
        foreach (var tokens in given.Concat(last).TakeLast(6).Append(first))
        {
            foreach (var node in nodes.Clients)
            {
                Assert.Equal("invalid_token", (await node.GetWithAsync("oauth/userinfo", tokens["access_token"])).Error);
                Assert.Equal("invalid_grant", (await node.RefreshAsync(holder.Client, tokens["refresh_token"])).Error);
            }
        }
    }
}
