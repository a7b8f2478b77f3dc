using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Platform.Testing.OAuth;

/// <summary>What clients and services ask an OAuth endpoint, on the node that the <see cref="HttpClient"/> is of.</summary>
public static class OAuthCalls
{
    /// <summary>Registers a client (RFC 7591).</summary>
    public static async Task<TestClient> RegisterAsync(this HttpClient node, object metadata)
    {
        using var answer = await node.PostAsJsonAsync("oauth/register", metadata);
        var registered = (await ReadAsync(answer)).Granted();
        var redirects = registered.Json.TryGetProperty("redirect_uris", out var uris) && uris.GetArrayLength() > 0 ? uris[0].GetString() : null;
        return new TestClient(registered["client_id"], registered.Find("client_secret"), registered["token_endpoint_auth_method"], redirects);
    }

    /// <summary>A request to an endpoint that a client authenticates at, in the client's way.</summary>
    public static async Task<OAuthAnswer> AsClientAsync(this HttpClient node, string endpoint, TestClient client, params (string Name, string Value)[] parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        var form = parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)).ToList();
        if (client is { Secret: { } secret, Authentication: "client_secret_basic" })
        {
            var pair = $"{Uri.EscapeDataString(client.Id)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
        else
        {
            form.Add(KeyValuePair.Create("client_id", client.Id));
            if (client.Secret is not null)
            {
                form.Add(KeyValuePair.Create("client_secret", client.Secret));
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        using var answer = await node.SendAsync(request);
        return await ReadAsync(answer);
    }

    /// <summary>A token request.</summary>
    public static Task<OAuthAnswer> TokenAsync(this HttpClient node, TestClient client, string grantType, params (string Name, string Value)[] parameters) =>
        node.AsClientAsync("oauth/token", client, [("grant_type", grantType), .. parameters]);

    /// <summary>Trades a code in.</summary>
    public static Task<OAuthAnswer> RedeemAsync(this HttpClient node, TestClient client, string code, Pkce? pkce) =>
        node.TokenAsync(client, "authorization_code", [("code", code), ("redirect_uri", client.RedirectUri!), .. (pkce is null ? [] : new[] { ("code_verifier", pkce.Verifier) })]);

    /// <summary>Trades a refresh token in.</summary>
    public static Task<OAuthAnswer> RefreshAsync(this HttpClient node, TestClient client, string refreshToken) =>
        node.TokenAsync(client, "refresh_token", ("refresh_token", refreshToken));

    /// <summary>Asks whether a token is active (RFC 7662).</summary>
    public static Task<OAuthAnswer> IntrospectAsync(this HttpClient node, TestClient client, string token) =>
        node.AsClientAsync("oauth/introspect", client, ("token", token));

    /// <summary>Revokes a token (RFC 7009).</summary>
    public static Task<OAuthAnswer> RevokeAsync(this HttpClient node, TestClient client, string token) =>
        node.AsClientAsync("oauth/revoke", client, ("token", token));

    /// <summary>A GET with an access token, or without one.</summary>
    public static Task<OAuthAnswer> GetWithAsync(this HttpClient node, string target, string? accessToken) =>
        node.SendWithAsync(HttpMethod.Get, target, accessToken, null);

    /// <summary>A request with an access token.</summary>
    public static async Task<OAuthAnswer> SendWithAsync(this HttpClient node, HttpMethod method, string target, string? accessToken, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, target) { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        if (accessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        }

        using var answer = await node.SendAsync(request);
        return await ReadAsync(answer);
    }

    /// <summary>An answer, read to its end.</summary>
    public static async Task<OAuthAnswer> ReadAsync(HttpResponseMessage answer) =>
        new(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers, answer.Content.Headers.ContentType);
}
