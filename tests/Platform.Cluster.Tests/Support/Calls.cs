using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Cluster.Tests.Support;

/// <summary>What clients of the platform do.</summary>
internal static class Calls
{
    public static async Task<HttpResponseMessage> LoginAsync(this HttpClient client, string user, string? password = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "Login");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password ?? PlatformCluster.Password(user)}")));
        return await client.SendAsync(request);
    }

    public static async Task<string> LoginIdAsync(this HttpClient client, string user, string? password = null)
    {
        using var answer = await client.LoginAsync(user, password);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("jsessionid").GetString()!;
    }

    public static async Task<HttpStatusCode> SessionStatusAsync(this HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"session;jsessionid={id}");
        return answer.StatusCode;
    }

    public static async Task<JsonElement> SessionAsync(this HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"session;jsessionid={id}");
        answer.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return document.RootElement.Clone();
    }

    public static async Task<HttpStatusCode> EnterAsync(this HttpClient client, string id, string scope)
    {
        using var answer = await client.GetAsync($"LoginScope;jsessionid={id}?scope={Uri.EscapeDataString(scope)}");
        return answer.StatusCode;
    }

    public static async Task<HttpStatusCode> LogoutAsync(this HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"Logout;jsessionid={id}");
        return answer.StatusCode;
    }

    /// <summary>The current scope of a session; null where it is in none.</summary>
    public static string? Scope(this JsonElement session) =>
        session.TryGetProperty("scope", out var scope) && scope.ValueKind == JsonValueKind.String ? scope.GetString() : null;
}
