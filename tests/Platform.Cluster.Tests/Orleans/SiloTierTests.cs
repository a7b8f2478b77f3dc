using System.Net;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Orleans;

/// <summary>A tier of silos, and nodes that are its clients.</summary>
public sealed class SiloTierTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task ClientsOfATierOfSilos_AreOneCluster_AndOutliveASilo()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var cluster = PlatformCluster.Empty(await postgres.CreateDatabaseAsync());
        var silos = new[] { cluster.LaunchSilo(), cluster.LaunchSilo() };
        var clients = new[] { cluster.LaunchClient(), cluster.LaunchClient() };
        await cluster.WaitUntilReadyAsync();
        await cluster.FillAsync();

        var id = await clients[0].Client.LoginIdAsync("alice");
        Assert.Equal(HttpStatusCode.OK, await clients[1].Client.EnterAsync(id, PlatformCluster.AquaMaps));
        Assert.Equal(PlatformCluster.AquaMaps, (await clients[0].Client.SessionAsync(id)).Scope());

        await silos[0].KillAsync();

        // The check asks the database, not the silos: what was a yes stays one at once.
        Assert.Equal(HttpStatusCode.OK, await clients[1].Client.SessionStatusAsync(id));
        await Eventually.TrueAsync(() => LogsInAsync(clients[0].Client), Deadline, "logins work on the silo that is left");
        await Eventually.TrueAsync(() => LogsOutAsync(clients[0].Client, id), Deadline, "the session's grain moved to the silo that is left");
        Assert.Equal(HttpStatusCode.Unauthorized, await clients[1].Client.SessionStatusAsync(id));

        Assert.Equal(0, await clients[0].StopAsync());
        Assert.Equal(0, await silos[1].StopAsync());
    }

    [Fact]
    public async Task SiloWithoutSettings_SaysAllThatIsMissing()
    {
        var (exitCode, output) = await PlatformCluster.RunSiloAsync(new Dictionary<string, string?> { ["Cluster__Role"] = "Client", ["Cluster__SiloPort"] = "0" });
        Assert.Equal(2, exitCode);
        foreach (var setting in (string[])["Storage:ConnectionString", "DataProtection:KeyFile", "Cluster:Role", "Cluster:SiloPort"])
        {
            Assert.Contains(setting, output, StringComparison.Ordinal);
        }
    }

    // A 503 leaves open whether the session has ended: asked again, it has.
    private static async Task<bool> LogsOutAsync(HttpClient client, string id)
    {
        var status = await client.LogoutAsync(id);
        Assert.Contains(status, new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable });
        return status != HttpStatusCode.ServiceUnavailable;
    }

    private static async Task<bool> LogsInAsync(HttpClient client)
    {
        using var answer = await client.LoginAsync("bob");
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
        return answer.IsSuccessStatusCode;
    }
}
