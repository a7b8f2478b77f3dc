using System.Net.Sockets;
using System.Text.Json;

namespace Platform.Api.Runs.Containers;

/// <summary>Calls of the Docker Engine API over its Unix socket.</summary>
internal sealed class EngineConnection : IDisposable
{
    private static readonly TimeSpan CallTakes = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ConnectionTakes = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;

    /// <summary>To an engine.</summary>
    /// <param name="socket">The path of its socket.</param>
    public EngineConnection(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectionTakes,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };

        // The host is none: the socket leads to the engine whatever it is called. No version: each engine answers in its own newest, and none speaks
        // all of the others'; what is used here has been the same in all since 1.24.
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Calls; the answer's body has been read.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The path and query, without a slash before it.</param>
    /// <param name="body">A JSON body; null: none.</param>
    /// <param name="takes">How long it may take; null: as long as ordinary calls.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<EngineAnswer> CallAsync(HttpMethod method, string target, byte[]? body, TimeSpan? takes, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(takes ?? CallTakes);
        try
        {
            using var answer = await SendAsync(method, target, body, deadline.Token);
            var content = await answer.Content.ReadAsByteArrayAsync(deadline.Token);
            return new EngineAnswer((int)answer.StatusCode, content, Find(answer));
        }
        catch (Exception failure) when (IsUnavailable(failure, cancellationToken))
        {
            throw new ContainerEngineUnavailableException("The container engine does not answer.", failure);
        }
    }

    /// <summary>Calls; the answer's body is read as it comes.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, target, null, cancellationToken);
        }
        catch (Exception failure) when (IsUnavailable(failure, cancellationToken))
        {
            throw new ContainerEngineUnavailableException("The container engine does not answer.", failure);
        }
    }

    /// <summary>Whether a failure says that the engine could not be reached, or went away.</summary>
    public static bool IsUnavailable(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException or IOException or SocketException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, byte[]? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static string Find(HttpResponseMessage answer) => answer.Headers.TryGetValues("Server", out var servers) ? string.Join(' ', servers) : "";
}

/// <summary>What the engine answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Server">What it calls itself.</param>
internal sealed record EngineAnswer(int Status, ReadOnlyMemory<byte> Body, string Server)
{
    /// <summary>Whether it says yes.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The error in the engine's words. Podman says what kind it is beside what happened; Docker says the latter alone.</summary>
    public string Message
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Body);
                return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message)
                    ? message.GetString() ?? ""
                    : "";
            }
            catch (JsonException)
            {
                // An engine, or what stands before it, that speaks no JSON: the status says what is known.
                return $"The container engine answered {Status}.";
            }
        }
    }

    /// <summary>Throws where it says no.</summary>
    public EngineAnswer OrThrow() => IsSuccess ? this : throw new ContainerEngineException($"The container engine answered {Status}: {Message}", Status);
}
