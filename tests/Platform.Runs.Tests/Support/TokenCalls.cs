using System.Net;
using System.Net.Http.Headers;

namespace Platform.Runs.Tests.Support;

/// <summary>What services do with tokens that they are shown.</summary>
internal static class TokenCalls
{
    /// <summary>200 where a node takes a token, 401 where it does not.</summary>
    public static async Task<HttpStatusCode> TokenStatusAsync(this HttpClient node, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "oauth/tokeninfo") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await node.SendAsync(request);
        return answer.StatusCode;
    }
}
