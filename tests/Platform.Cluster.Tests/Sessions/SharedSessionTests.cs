using System.Collections.Concurrent;
using System.Net;
using System.Xml.Linq;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Sessions;

/// <summary>One login, known on every node, behind nginx that sends each request to the next one.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class SharedSessionTests(ThreeNodes nodes)
{
    [Fact]
    public async Task BehindNginx_LoginScopeListAndLogout_EachOnAnotherNode()
    {
        await using var nginx = await NginxServer.StartAsync(PlatformCluster.NginxSample, nodes.Cluster.Nodes.Select(node => node.Address));
        using var client = new HttpClient { BaseAddress = nginx.Address };
        for (var round = 0; round < 4; round++)
        {
            var id = await client.LoginIdAsync("alice");
            Assert.Equal(HttpStatusCode.OK, await client.EnterAsync(id, PlatformCluster.AquaMaps));
            var list = XDocument.Parse(await client.GetStringAsync($"ListInfrastructureScopes;jsessionid={id}"));
            Assert.Contains(PlatformCluster.AquaMaps, list.Root!.Elements("VRE").Select(vre => vre.Value));
            for (var i = 0; i < 4; i++)
            {
                var session = await client.SessionAsync(id);
                Assert.Equal(PlatformCluster.AquaMaps, session.Scope());
                Assert.Contains("VRE-Manager", session.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
            }

            Assert.Equal(HttpStatusCode.OK, await client.LogoutAsync(id));
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await client.SessionStatusAsync(id));
            }

            Assert.DoesNotContain(id, nginx.AccessLog, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AttributesOfTwoApplications_OnDifferentNodes_NeverOverwriteEachOther()
    {
        var id = await nodes.Node(0).LoginIdAsync("alice");
        await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            using var content = new StringContent($"value {i}", System.Text.Encoding.UTF8, "text/plain");
            using var answer = await nodes.Node(i % 3).PutAsync($"session/attributes/a{i};jsessionid={id}", content);
            while (answer.StatusCode == HttpStatusCode.Conflict)
            {
                // A conflict says that nothing was changed: the client asks again.
                using var again = new StringContent($"value {i}", System.Text.Encoding.UTF8, "text/plain");
                using var repeated = await nodes.Node(i % 3).PutAsync($"session/attributes/a{i};jsessionid={id}", again);
                if (repeated.StatusCode != HttpStatusCode.Conflict)
                {
                    Assert.True(repeated.IsSuccessStatusCode, repeated.StatusCode.ToString());
                    return;
                }
            }

            Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        }));
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal($"value {i}", await nodes.Node((i + 1) % 3).GetStringAsync($"session/attributes/a{i};jsessionid={id}"));
        }
    }

    [Fact]
    public async Task LimitOfSessions_HoldsOverAllNodes_AndTheOldestGoes()
    {
        await nodes.Cluster.CommandAsync("cluster-limit-password\n", "user", "add", "limit");
        var ids = new List<string>();
        for (var i = 0; i < TokenHolder.SessionLimit + 2; i++)
        {
            ids.Add(await nodes.Node(i % 3).LoginIdAsync("limit"));
        }

        var statuses = new List<HttpStatusCode>();
        foreach (var id in ids)
        {
            statuses.Add(await nodes.Node(statuses.Count % 3).SessionStatusAsync(id));
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], statuses.Take(2));
        Assert.All(statuses.Skip(2), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task LoginsOfOneUser_OnAllNodesAtOnce_AllLive()
    {
        await nodes.Cluster.CommandAsync("cluster-crowd-password\n", "user", "add", "crowd");
        var ids = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 15), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) =>
            ids.Add(await nodes.Node(i % 3).LoginIdAsync("crowd")));
        Assert.Equal(15, ids.Distinct().Count());
        foreach (var id in ids)
        {
            Assert.Equal(HttpStatusCode.OK, await nodes.Node(0).SessionStatusAsync(id));
        }
    }
}
