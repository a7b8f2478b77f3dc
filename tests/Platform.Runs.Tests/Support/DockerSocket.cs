using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Runs.Tests.Support;

/// <summary>The Docker of the machine, where it has one. The tests bring an image of their own, and take it away again.</summary>
internal sealed class DockerSocket : IDisposable
{
    /// <summary>The image of the tests: Debian's busybox-static.</summary>
    public const string Image = "localhost/platform-tests:latest";

    private const string Scheme = "unix://";
    private const string Usual = "/var/run/docker.sock";

    private readonly HttpClient _http;

    public DockerSocket(string path)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://docker/"),
        };
        Runtime = Scheme + path;
    }

    /// <summary>Where it answers, as a node's <c>Runs:Runtime</c>.</summary>
    public string Runtime { get; }

    /// <summary>The path of its socket; null: there is none.</summary>
    public static string? Find() =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host
            ? host.StartsWith(Scheme, StringComparison.Ordinal) ? host[Scheme.Length..] : null
            : File.Exists(Usual) ? Usual : null;

    /// <summary>Brings the image.</summary>
    public async Task ImportAsync()
    {
        var folder = Directory.CreateTempSubdirectory("platform-docker-");
        try
        {
            var file = Path.Combine(folder.FullName, "image.tar");
            using var process = ServerProcess.Start(
                Path.Combine(PlatformCluster.Repository, "deploy", "runs", "busybox-image"), ["sh", "-c", $"cat >{file}"]);
            process.CloseInput();
            await process.WaitForExitAsync();
            await using var tar = File.OpenRead(file);
            using var content = new StreamContent(tar);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
            var parts = Image.Split(':');
            await SendAsync(HttpMethod.Post, $"images/create?fromSrc=-&repo={parts[0]}&tag={parts[1]}&changes={Uri.EscapeDataString("ENV PATH=/bin")}", content);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Takes the image away.</summary>
    public Task RemoveAsync() => SendAsync(HttpMethod.Delete, $"images/{Uri.EscapeDataString(Image)}?force=true", null);

    /// <summary>The containers of a platform, running or not.</summary>
    public async Task<int> CountContainersAsync(string platform)
    {
        var filters = JsonSerializer.Serialize(new { label = new[] { $"platform.url={platform}" } });
        using var list = JsonDocument.Parse(await SendAsync(HttpMethod.Get, $"containers/json?all=true&filters={Uri.EscapeDataString(filters)}", null));
        return list.RootElement.GetArrayLength();
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string target, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, target) { Content = content };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {target}: {(int)answer.StatusCode} {text}");
    }
}
