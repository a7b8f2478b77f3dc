using System.Globalization;
using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>
/// A Podman of the test run with the image <see cref="Image"/>: its storage, its socket and the folder for tokens are its own, and it leaves nothing
/// behind, however the test process ends.
/// </summary>
public sealed class PodmanEngine : IAsyncDisposable
{
    /// <summary>The image that it has: Debian's busybox-static.</summary>
    public const string Image = "localhost/busybox:latest";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly Dictionary<string, string?> _environment;
    private ServerProcess? _guard;
    private ServerProcess? _service;

    private PodmanEngine(string folder)
    {
        _folder = folder;
        TokenDirectory = $"/dev/shm/{Path.GetFileName(folder)}";
        _environment = new Dictionary<string, string?>
        {
            ["XDG_RUNTIME_DIR"] = Path.Combine(folder, "runtime"),
            ["TMPDIR"] = Path.Combine(folder, "temporary"),
            ["CONTAINERS_CONF"] = Path.Combine(folder, "containers.conf"),
        };
    }

    /// <summary>Where it answers, as a node's <c>Runs:Runtime</c>.</summary>
    public string Runtime => $"unix://{Socket}";

    /// <summary>A folder in memory for a node's <c>Runs:TokenDirectory</c>.</summary>
    public string TokenDirectory { get; }

    private string Socket => Path.Combine(_folder, "socket");

    private string[] Options =>
    [
        "--root", Path.Combine(_folder, "storage"),
        "--runroot", Path.Combine(_folder, "run"),
        "--tmpdir", Path.Combine(_folder, "state"),
        "--cgroup-manager=cgroupfs",
        "--storage-driver=vfs",
        "--runtime", "runc",
        "--events-backend=file",
    ];

    /// <summary>Starts one.</summary>
    public static async Task<PodmanEngine> StartNewAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException("The tests with containers need root.");
        }

        var engine = new PodmanEngine(Directory.CreateTempSubdirectory("platform-podman-").FullName);
        try
        {
            await engine.PrepareAsync();
            engine.Guard();
            await engine.StartAsync();
            await engine.MakeImageAsync();
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }

        return engine;
    }

    /// <summary>Starts its service and waits until it answers.</summary>
    public async Task StartAsync()
    {
        File.Delete(Socket);
        _service?.Dispose();
        _service = ServerProcess.Start("podman", [.. Options, "system", "service", "--time=0", Runtime], _environment, _folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "service.pid"), _service.Id.ToString(CultureInfo.InvariantCulture));
        await Eventually.TrueAsync(AnswersAsync, s_deadline, $"Podman answers: {_service.Output}");
    }

    /// <summary>Ends its service at once; containers go on without it.</summary>
    public Task KillAsync() => _service!.KillAsync();

    /// <summary>Runs a command of podman's; returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var process = ServerProcess.Start("podman", [.. Options, .. arguments], _environment, _folder);
        process.CloseInput();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? process.Output
            : throw new InvalidOperationException($"podman {string.Join(' ', arguments)} ended with {process.ExitCode}: {process.Output}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            _guard.CloseInput();
            await _guard.WaitForExitAsync();
            _guard.Dispose();
        }

        _service?.Dispose();
    }

    private async Task PrepareAsync()
    {
        foreach (var folder in new[] { "runtime", "temporary", "networks" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        }

        // Where root may not raise limits, containers get those that it has.
        await File.WriteAllTextAsync(_environment["CONTAINERS_CONF"]!, $"""
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [engine]
            lock_type = "file"
            events_logger = "file"
            [network]
            network_config_dir = "{Path.Combine(_folder, "networks")}"

            """);
    }

    // Waits for the end of this process, however it ends, then removes all containers, ends the service and clears up.
    private void Guard()
    {
        var podman = string.Join(' ', ["podman", .. Options]);
        _guard = ServerProcess.Start(
            "setsid",
            [
                "sh", "-c",
                $"cat; {podman} rm -fa -t 0; test -f {_folder}/service.pid && kill $(cat {_folder}/service.pid);"
                + $" grep -o ' {_folder}/[^ ]*' /proc/mounts | xargs -r umount; rm -rf {_folder} {TokenDirectory};"
                + " find /sys/fs/cgroup -path '*/libpod_parent*' -depth -type d -exec rmdir {} ';' 2>/dev/null; true",
            ],
            _environment);
    }

    private async Task MakeImageAsync()
    {
        using var process = ServerProcess.Start(
            Path.Combine(PlatformCluster.Repository, "deploy", "runs", "busybox-image"), ["podman", .. Options], _environment, _folder);
        process.CloseInput();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The image could not be made: {process.Output}");
        }
    }

    private async Task<bool> AnswersAsync()
    {
        if (_service!.HasExited)
        {
            throw new InvalidOperationException($"Podman ended with {_service.ExitCode}: {_service.Output}");
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
