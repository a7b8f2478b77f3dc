using System.Net;
using System.Net.Sockets;
using Platform.Api.OAuth;

namespace Platform.Api.Http.Outward;

/// <summary>
/// Fetches what clients name by address: their keys, their sector's redirect URIs. A client chooses the address, so that it could make
/// the platform call its neighbours (server-side request forgery): https alone, public addresses alone, checked on the address that is
/// connected to, no redirect, no proxy, 64 KB, 5 s. Where the platform itself is called on loopback alone, loopback is a fine place too.
/// </summary>
internal sealed class OutwardFetch : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Issuer _issuer;
    private readonly HttpMessageInvoker _http;

    public OutwardFetch(Issuer issuer)
    {
        _issuer = issuer;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = Longest,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            ConnectCallback = ConnectAsync,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Whether an address is one that would be called at all, as far as it can be told without asking for its host.</summary>
    public bool IsAcceptable(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && Issuer.IsLoopbackHost(uri) && _issuer.IsLoopback));

    /// <summary>What is at the address; null where it is not acceptable, does not answer 200 in time, or says too much.</summary>
    public async ValueTask<byte[]?> GetAsync(string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return await SendAsync(request, address, cancellationToken) is { Status: HttpStatusCode.OK } answer ? answer.Body : null;
    }

    /// <summary>Posts a form, as a logout is told to a client; the status, or null where nobody answered.</summary>
    public async ValueTask<HttpStatusCode?> PostAsync(string address, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent(form) };
        return (await SendAsync(request, address, cancellationToken))?.Status;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async ValueTask<(HttpStatusCode Status, byte[]? Body)?> SendAsync(HttpRequestMessage request, string address, CancellationToken cancellationToken)
    {
        if (!IsAcceptable(address))
        {
            return null;
        }

        request.RequestUri = new Uri(address);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            using var read = new MemoryStream();
            var buffer = new byte[8192];
            int count;
            while ((count = await body.ReadAsync(buffer, limit.Token)) > 0)
            {
                if (read.Length + count > MaxBytes)
                {
                    return (response.StatusCode, null);
                }

                read.Write(buffer, 0, count);
            }

            return (response.StatusCode, read.ToArray());
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Whatever is wrong at the other end, the client's request is refused, and that is said to the client.
            return null;
        }
    }

    /// <summary>The check is on the address that is connected to: a name that resolved to another one a moment ago helps nobody.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(IsAllowed).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException("The host has no address that may be called.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address) => _issuer.IsLoopback || PublicAddresses.Contains(address);
}
