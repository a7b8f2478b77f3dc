using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Platform.Api.Console.Administration.Remote;

/// <summary>Speaks HTTP with one server: certificates are checked, redirects are not followed.</summary>
internal sealed class RemoteConnection : IDisposable
{
    private readonly HttpClient _http;

    private RemoteConnection(HttpClient http) => _http = http;

    /// <summary>Opens it.</summary>
    /// <exception cref="AdminUnreachableException">The file of authorities cannot be read.</exception>
    public static RemoteConnection Open(RemoteOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (options.Authorities is { } file)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = ReadPolicy(file) };
        }

        // Imports take as long as they take; a server that is gone ends the connection.
        return new RemoteConnection(new HttpClient(handler) { BaseAddress = new Uri(options.Issuer + "/"), Timeout = Timeout.InfiniteTimeSpan });
    }

    /// <summary>Sends a request whose answer is read piece by piece.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new AdminUnreachableException($"The server {_http.BaseAddress} does not answer: {Deepest(e).Message}", e);
        }
    }

    /// <summary>Posts a form and reads the JSON answer.</summary>
    public async Task<(int Status, JsonObject Json)> PostAsync(string address, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        return await ReadAsync(request, cancellationToken);
    }

    /// <summary>Posts a form whose answer has no body (RFC 7009 §2.2).</summary>
    public async Task TellAsync(string address, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        using var response = await SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new AdminUnreachableException($"The server {_http.BaseAddress} did not take the tokens back (status {(int)response.StatusCode}); here they are forgotten.");
        }
    }

    /// <summary>Reads a JSON document.</summary>
    public async Task<(int Status, JsonObject Json)> GetAsync(string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await ReadAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(int Status, JsonObject Json)> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await SendAsync(request, cancellationToken);
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) is JsonObject json
                ? ((int)response.StatusCode, json)
                : throw NotOurs();
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or HttpRequestException or IOException)
        {
            throw NotOurs();
        }
    }

    private AdminUnreachableException NotOurs() => new($"What answers at {_http.BaseAddress} is not a platform's server.");

    private static X509ChainPolicy ReadPolicy(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AdminUnreachableException($"The file of certificate authorities cannot be read: {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new AdminUnreachableException($"There is no certificate in {file}.");
    }

    private static Exception Deepest(Exception e) => e.InnerException is { } inner ? Deepest(inner) : e;
}
