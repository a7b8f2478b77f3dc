using System.Text;
using Platform.Cluster.Tests.Support;
using Platform.Testing;
using Platform.Testing.OAuth;

namespace Platform.Cluster.Tests.Cluster;

/// <summary>Invariants 4 and 6: what a client holds or a person typed is neither in the database nor in a node's output.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class SecretsTests(ThreeNodes nodes)
{
    [Fact]
    public async Task SessionIdsAndPasswords_AreNowhere()
    {
        const string Wrong = "a-wrong-password-that-somebody-typed";
        var kept = await nodes.Node(0).LoginIdAsync("alice");
        var ended = await nodes.Node(1).LoginIdAsync("bob");
        await nodes.Node(2).EnterAsync(kept, PlatformCluster.AquaMaps);
        await nodes.Node(0).LogoutAsync(ended);
        using (var refused = await nodes.Node(2).LoginAsync("alice", Wrong))
        {
            Assert.False(refused.IsSuccessStatusCode);
        }

        var database = await DatabaseText.ReadAllAsync(nodes.Cluster.ConnectionString);
        var output = string.Concat(nodes.Cluster.Nodes.Select(node => node.Output));

        // The search works: what is meant to be there is found, in columns of bytes as well.
        Assert.Contains(Hex("AquaMaps"), database, StringComparison.OrdinalIgnoreCase);
        foreach (var secret in new[] { kept, ended, Wrong, PlatformCluster.Password("alice"), PlatformCluster.Password("bob"), PlatformCluster.Password("root") })
        {
            Assert.DoesNotContain(secret, database, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Hex(secret), database, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task CodesTokensAndClientSecrets_AreNowhere()
    {
        using var holder = await TokenHolder.StartAsync(nodes.Cluster.Nodes[0], authentication: "client_secret_post");
        var service = await TokenHolder.ServiceAsync(nodes.Node(1));
        var (code, pkce) = await holder.CodeAsync("openid offline_access read");
        var tokens = (await nodes.Node(1).RedeemAsync(holder.Client, code, pkce)).Granted();
        var next = (await nodes.Node(2).RefreshAsync(holder.Client, tokens["refresh_token"])).Granted();
        var (unused, _) = await holder.CodeAsync("openid");
        var own = (await nodes.Node(0).TokenAsync(service, "client_credentials", ("scope", "read"))).Granted();

        // Where clients put them although they should not: in queries, and in places where nothing reads them.
        await nodes.Node(0).GetWithAsync($"oauth/tokeninfo?access_token={next["access_token"]}", null);
        await nodes.Node(1).GetWithAsync($"resources/nothing?access_token={next["access_token"]}", null);
        await nodes.Node(2).GetWithAsync($"oauth/token?grant_type=refresh_token&refresh_token={next["refresh_token"]}&client_secret={holder.Client.Secret}", null);
        await nodes.Node(0).AsClientAsync("oauth/introspect", service, ("token", next["refresh_token"]));
        await nodes.Node(1).AsClientAsync("oauth/revoke", service, ("token", next["refresh_token"]));
        await nodes.Node(2).RefreshAsync(holder.Client, next["refresh_token"] + "x");
        await nodes.Node(0).RedeemAsync(holder.Client with { Secret = service.Secret }, unused, pkce);

        var database = await DatabaseText.ReadAllAsync(nodes.Cluster.ConnectionString);
        var output = string.Concat(nodes.Cluster.Nodes.Select(node => node.Output));
        Assert.Contains(Hex(holder.Client.Id), database, StringComparison.OrdinalIgnoreCase);
        foreach (var secret in new[]
        {
            code, unused, pkce.Verifier, holder.Client.Secret!, service.Secret!, own["access_token"],
            tokens["access_token"], tokens["refresh_token"], tokens["id_token"], next["access_token"], next["refresh_token"],
        })
        {
            Assert.DoesNotContain(secret, database, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Hex(secret), database, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, output, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
