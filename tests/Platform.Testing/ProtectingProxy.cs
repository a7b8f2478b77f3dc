using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>A reverse proxy with the sample of <c>deploy/proxies</c>, unchanged, in front of a protected service.</summary>
public sealed class ProtectingProxy : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    private ProtectingProxy(string kind, string samples)
    {
        Kind = kind;
        Samples = Path.Combine(samples, kind);
        Port = FreePort.Next();
    }

    /// <summary>Which: <c>nginx</c>, <c>caddy</c>, <c>apache</c> or <c>haproxy</c>.</summary>
    public string Kind { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>What browsers call the service: another host than the platform's, so that cookies of one do not reach the other.</summary>
    public string Origin => $"http://{Authority}";

    /// <summary>The host with its port, as policies name it.</summary>
    public string Authority => $"localhost:{Port}";

    private string Samples { get; }

    private string Listen => $"127.0.0.1:{Port}";

    /// <summary>Starts one.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="samples">The path of <c>deploy/proxies</c>.</param>
    /// <param name="node">The platform.</param>
    /// <param name="upstream">The protected service.</param>
    public static async Task<ProtectingProxy> StartAsync(string kind, string samples, Uri node, Uri upstream)
    {
        var proxy = new ProtectingProxy(kind, samples);
        try
        {
            await proxy.RunAsync(node, upstream);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            await process.SignalAsync("TERM");
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync(Uri node, Uri upstream)
    {
        // Servers that give up their privileges read their files as somebody else.
        await ServerProcess.RunAsync("chmod", "755", _folder.FullName);
        foreach (var file in Directory.GetFiles(Samples))
        {
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        }

        var environment = new Dictionary<string, string?>
        {
            ["PLATFORM_NODE"] = node.Authority,
            ["PLATFORM_NODES"] = node.Authority,
            ["PLATFORM_LUA"] = _folder.File("platform.lua"),
            ["PROTECTED_ORIGIN"] = Origin,
            ["PROTECTED_ADDRESS"] = Origin,
            ["PROTECTED_UPSTREAM"] = upstream.Authority,
            ["PROTECTED_BIND"] = Listen,
            ["CADDY_BIND"] = "127.0.0.1",
            ["HOME"] = _folder.FullName,
        };
        _process = Kind switch
        {
            "nginx" => ServerProcess.Start("/usr/sbin/nginx", ["-p", _folder.FullName, "-c", await WriteNginxAsync(node, upstream), "-e", _folder.File("error.log")]),
            "caddy" => ServerProcess.Start("/usr/bin/caddy", ["run", "--adapter", "caddyfile", "--config", _folder.File("Caddyfile")], environment),
            "apache" => ServerProcess.Start("/usr/sbin/apache2", ["-DFOREGROUND", "-f", await WriteApacheAsync()], environment),
            "haproxy" => ServerProcess.Start("/usr/sbin/haproxy", ["-db", "-f", _folder.File("haproxy.cfg")], environment),
            _ => throw new ArgumentOutOfRangeException(nameof(node), Kind, "There is no sample for it."),
        };
        await Eventually.TrueAsync(ListensAsync, s_deadline, $"{Kind} listens at {Listen}");
    }

    private async Task<bool> ListensAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"{Kind} ended: {_process.Output}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string> WriteNginxAsync(Uri node, Uri upstream)
    {
        await File.WriteAllTextAsync(_folder.File("platform-nodes.conf"), $"server {node.Authority};\n");
        await File.WriteAllTextAsync(_folder.File("protected-upstream.conf"), $"server {upstream.Authority};\n");
        await File.WriteAllTextAsync(_folder.File("protected-listen.conf"), $"listen {Listen};\nset $protected_origin {Origin};\n");
        var file = _folder.File("nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            worker_processes 1;
            pid {{_folder.File("pid")}};
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            events { worker_connections 1024; }
            http {
              client_body_temp_path {{_folder.File("body")}};
              proxy_temp_path {{_folder.File("proxy")}};
              fastcgi_temp_path {{_folder.File("fastcgi")}};
              uwsgi_temp_path {{_folder.File("uwsgi")}};
              scgi_temp_path {{_folder.File("scgi")}};
              include protected.conf;
            }
            """);
        return file;
    }

    private async Task<string> WriteApacheAsync()
    {
        string[] modules = ["mpm_event", "authz_core", "headers", "proxy", "proxy_http", "lua"];
        var file = _folder.File("httpd.conf");
        await File.WriteAllTextAsync(file, $"""
            ServerRoot /usr/lib/apache2
            ServerName localhost
            {string.Join('\n', modules.Select(module => $"LoadModule {module}_module modules/mod_{module}.so"))}
            User nobody
            Group nogroup
            PidFile {_folder.File("pid")}
            DefaultRuntimeDir {_folder.FullName}
            Mutex file:{_folder.FullName} default
            ErrorLog {_folder.File("error.log")}
            Listen {Listen}
            <VirtualHost {Listen}>
            Include {_folder.File("protected.conf")}
            </VirtualHost>
            """);
        return file;
    }
}
