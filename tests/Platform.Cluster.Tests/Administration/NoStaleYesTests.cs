using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Administration;

/// <summary>Invariant 2 for administration, on three nodes behind nginx: what an administrator took away on one node is refused by all.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class NoStaleYesTests(ThreeNodes nodes)
{
    private readonly string _name = $"n{Guid.NewGuid():N}";

    [Fact]
    public async Task BehindNginx_AMemberIsAdmittedRemovedDisabledAndEnded_OnAllNodesAtOnce()
    {
        await using var nginx = await NginxServer.StartAsync(PlatformCluster.NginxSample, nodes.Cluster.Nodes.Select(node => node.Address));
        using var client = new HttpClient { BaseAddress = nginx.Address };
        var root = await client.LoginIdAsync("root");
        var password = $"cluster-{_name}-password";
        await ChangedAsync(client, root, HttpMethod.Post, "users", new { userName = _name, displayName = "N", password });
        var members = $"scopes/{PlatformCluster.AquaMaps[1..].Replace('/', '~')}/members";

        await ChangedAsync(client, root, HttpMethod.Post, members, new { user = _name });
        var id = await client.LoginIdAsync(_name, password);
        Assert.Equal(HttpStatusCode.OK, await client.EnterAsync(id, PlatformCluster.AquaMaps));
        Assert.All(await ScopesAsync(id), scope => Assert.Equal(PlatformCluster.AquaMaps, scope));

        await ChangedAsync(client, root, HttpMethod.Delete, $"{members}/{_name}");
        Assert.All(await ScopesAsync(id), Assert.Null);
        Assert.Equal(HttpStatusCode.Forbidden, await client.EnterAsync(id, PlatformCluster.AquaMaps));

        await ChangedAsync(client, root, HttpMethod.Post, "users/" + _name + "/disable");
        Assert.All(await StatusesAsync(id), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        await ChangedAsync(client, root, HttpMethod.Post, "users/" + _name + "/enable");
        Assert.All(await StatusesAsync(id), status => Assert.Equal(HttpStatusCode.Unauthorized, status));

        var next = await client.LoginIdAsync(_name, password);
        Assert.All(await StatusesAsync(next), status => Assert.Equal(HttpStatusCode.OK, status));
        await ChangedAsync(client, root, HttpMethod.Post, "users/" + _name + "/end-sessions");
        Assert.All(await StatusesAsync(next), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
    }

    /// <summary>An administrator's request, through nginx to whichever node is next.</summary>
    private static async Task ChangedAsync(HttpClient client, string session, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "admin/api/" + path);
        request.Headers.Add("X-Session-Id", session);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<HttpStatusCode[]> StatusesAsync(string id) => await Task.WhenAll(nodes.Clients.Select(node => node.SessionStatusAsync(id)));

    private async Task<string?[]> ScopesAsync(string id) => await Task.WhenAll(nodes.Clients.Select(async node => (await node.SessionAsync(id)).Scope()));
}
