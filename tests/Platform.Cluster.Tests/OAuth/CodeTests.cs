using Platform.Cluster.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Cluster.Tests.OAuth;

/// <summary>Invariant 3: a code works once in the whole cluster, and what came of it ends with a second use.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class CodeTests(ThreeNodes nodes)
{
    [Fact]
    public async Task TwoHundredUsesAtOnce_OneWinsAtMost_AndItsTokensEnd()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0]);
        var (code, pkce) = await holder.CodeAsync("openid offline_access");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => nodes.Node(i % 3).RedeemAsync(holder.Client, code, pkce)));

        // A second use that overtakes the first one ends the family before it began; then nobody wins.
        var won = answers.Where(answer => answer.IsGranted).ToList();
        Assert.InRange(won.Count, 0, 1);
        Assert.All(answers.Except(won), answer => Assert.Equal("invalid_grant", answer.Error));
        foreach (var tokens in won)
        {
            await AssertOverAsync(holder, tokens);
        }
    }

    [Fact]
    public async Task SecondUse_OnAnotherNode_EndsWhatTheFirstGave_OnAllNodes()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[1]);
        var (code, pkce) = await holder.CodeAsync("openid offline_access");
        var first = (await nodes.Node(0).RedeemAsync(holder.Client, code, pkce)).Granted();
        var next = (await nodes.Node(1).RefreshAsync(holder.Client, first["refresh_token"])).Granted();
        Assert.True((await nodes.Node(2).GetWithAsync("oauth/userinfo", next["access_token"])).IsGranted);

        Assert.Equal("invalid_grant", (await nodes.Node(2).RedeemAsync(holder.Client, code, pkce)).Error);
        await AssertOverAsync(holder, first);
        await AssertOverAsync(holder, next);
    }

    private async Task AssertOverAsync(TokenHolder holder, OAuthAnswer tokens)
    {
        foreach (var node in nodes.Clients)
        {
            Assert.Equal("invalid_token", (await node.GetWithAsync("oauth/userinfo", tokens["access_token"])).Error);
            Assert.Equal("invalid_grant", (await node.RefreshAsync(holder.Client, tokens["refresh_token"])).Error);
        }
    }
}
