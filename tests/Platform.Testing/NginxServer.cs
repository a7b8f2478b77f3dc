using System.Globalization;

namespace Platform.Testing;

/// <summary>nginx with the sample configuration of <c>deploy/nginx</c>, unchanged, in front of nodes; each request goes to the next one.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    private NginxServer(Uri address) => Address = address;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it logged of requests.</summary>
    public string AccessLog => File.ReadAllText(_folder.File("platform-access.log"));

    /// <summary>Starts it before these nodes.</summary>
    /// <param name="sample">The path of <c>deploy/nginx/platform.conf</c>.</param>
    /// <param name="nodes">The nodes' addresses.</param>
    /// <param name="address">Where to listen, a loopback address that the nodes know as their <c>PublicUrl</c>; null: anywhere.</param>
    public static async Task<NginxServer> StartAsync(string sample, IEnumerable<Uri> nodes, Uri? address = null)
    {
        var nginx = new NginxServer(address ?? new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        var folder = nginx._folder;
        await File.WriteAllLinesAsync(folder.File("platform-nodes.conf"), nodes.Select(node => $"server {node.Authority};"));
        await File.WriteAllTextAsync(folder.File("platform-listen.conf"), $"listen {nginx.Address.Authority};");
        File.Copy(sample, folder.File("platform.conf"));
        await File.WriteAllTextAsync(folder.File("nginx.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            worker_processes 1;
            pid {{folder.File("pid")}};
            error_log {{folder.File("error.log")}};
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            events { worker_connections 1024; }
            http {
              client_body_temp_path {{folder.File("body")}};
              proxy_temp_path {{folder.File("proxy")}};
              fastcgi_temp_path {{folder.File("fastcgi")}};
              uwsgi_temp_path {{folder.File("uwsgi")}};
              scgi_temp_path {{folder.File("scgi")}};
              include platform.conf;
            }
            """));
        nginx._process = ServerProcess.Start("/usr/sbin/nginx", ["-p", folder.FullName, "-c", folder.File("nginx.conf"), "-e", folder.File("error.log")]);
        using var client = new HttpClient { BaseAddress = nginx.Address };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await client.GetAsync("health/live")).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return nginx._process.HasExited ? throw new InvalidOperationException(nginx._process.Output) : false;
                }
            },
            s_deadline,
            "nginx passes requests on");
        return nginx;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            await process.SignalAsync("QUIT");
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }
}
