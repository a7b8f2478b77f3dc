using System.Globalization;
using System.Text;
using Platform.Testing;

namespace Platform.Storage.Tests;

/// <summary>What was acknowledged is there after <c>kill -9</c> (invariant 1).</summary>
public sealed class CrashTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sqlite_KeepsWhatAKilledProcessAcknowledged()
    {
        using var folder = new TemporaryFolder();
        await WriteAndKillAsync("Storage:Path", folder.File("platform.db"));
    }

    [Fact]
    public async Task PostgreSql_KeepsWhatAKilledProcessAcknowledged()
    {
        var server = await PostgresServer.SharedAsync();
        await WriteAndKillAsync("Storage:ConnectionString", await server.CreateDatabaseAsync());
    }

    [Fact]
    public async Task PostgreSql_ThatStoppedAtOnce_KeepsWhatItAcknowledged()
    {
        await using var server = await PostgresServer.StartNewAsync();
        var database = await server.CreateDatabaseAsync();
        using var writer = Start("Storage:ConnectionString", database);
        await AcknowledgedAsync(writer, 200);
        await server.StopAsync();
        await writer.WaitForExitAsync();
        await server.StartAsync();
        await CheckAsync("Storage:ConnectionString", database, Acknowledged(writer));
    }

    [Fact]
    public async Task Sqlite_IsReleasedByAKilledProcess()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("platform.db");
        using var writer = Start("Storage:Path", path);
        await AcknowledgedAsync(writer, 1);
        var refusal = await Assert.ThrowsAsync<Sqlite.StoreOwnedException>(() => StoreHost.StartAsync("Storage:Path", path));
        Assert.Contains($"process {writer.Id}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new Sqlite.StoreOwner(writer.Id, null), Sqlite.StoreOwnership.FindOwner(path));
        await writer.KillAsync();
        Assert.Null(Sqlite.StoreOwnership.FindOwner(path));
        await using var host = await StoreHost.StartAsync("Storage:Path", path);
        Assert.Equal(Environment.ProcessId, Sqlite.StoreOwnership.FindOwner(path)!.ProcessId);
    }

    private static async Task WriteAndKillAsync(string setting, string value)
    {
        using var writer = Start(setting, value);
        await AcknowledgedAsync(writer, 300);
        await writer.KillAsync();
        await CheckAsync(setting, value, Acknowledged(writer));
    }

    private static ServerProcess Start(string setting, string value) =>
        ServerProcess.Start("dotnet", ["exec", typeof(CrashTests).Assembly.Location, setting, value]);

    private static Task AcknowledgedAsync(ServerProcess writer, int count) =>
        Eventually.TrueAsync(
            () => writer.HasExited ? throw new InvalidOperationException(writer.Output) : writer.Lines.Count >= count,
            s_deadline,
            $"{count} acknowledged writes");

    private static List<(string Key, long Version)> Acknowledged(ServerProcess writer) =>
    [
        // The last line may be cut off.
        .. writer.Lines.Select(line => line.Split(' ')).Where(words => words is ["ack", _, { Length: > 0 }])
            .Select(words => (words[1], long.Parse(words[2], CultureInfo.InvariantCulture))).SkipLast(1),
    ];

    private static async Task CheckAsync(string setting, string value, List<(string Key, long Version)> acknowledged)
    {
        await using var host = await StoreHost.StartAsync(setting, value);
        Assert.NotEmpty(acknowledged);
        foreach (var (key, version) in acknowledged)
        {
            var row = await host.States.ReadAsync(new StateKey("crash", key), default);
            Assert.Equal(version, row?.Version);
            Assert.Equal(key, Encoding.UTF8.GetString(row!.Payload.Span));
        }
    }
}
