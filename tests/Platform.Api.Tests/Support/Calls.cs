using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Support;

/// <summary>What clients do.</summary>
internal static partial class Calls
{
    public const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    public static string Basic(string user, string? password = null) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password ?? TestData.Password(user)}"));

    /// <summary>Sends a request; each header is <c>Name: value</c>.</summary>
    public static async Task<HttpResponseMessage> SendAsync(this ApiNode node, HttpMethod method, string target, HttpContent? content, params string[] headers)
    {
        using var request = new HttpRequestMessage(method, target) { Content = content };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            Assert.True(request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim()), header);
        }

        return await node.Client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> GetAsync(this ApiNode node, string target, params string[] headers) =>
        node.SendAsync(HttpMethod.Get, target, null, headers);

    public static Task<HttpResponseMessage> PostAsync(this ApiNode node, string target, Dictionary<string, string> form, params string[] headers) =>
        node.SendAsync(HttpMethod.Post, target, new FormUrlEncodedContent(form), headers);

    public static Task<HttpResponseMessage> PutAsync(this ApiNode node, string target, string content, params string[] headers) =>
        node.SendAsync(HttpMethod.Put, target, new StringContent(content, Encoding.UTF8, MediaTypeHeaderValue.Parse("text/plain")), headers);

    public static async Task<string> TextAsync(this Task<HttpResponseMessage> answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode}, not {(int)expected}: {text}");
        return text;
    }

    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var document = JsonDocument.Parse(await answer.TextAsync(expected));
        return document.RootElement.Clone();
    }

    /// <summary>The code of the problem that an answer is, asked for as JSON.</summary>
    public static async Task<string> CodeAsync(this Task<HttpResponseMessage> answer, HttpStatusCode expected) =>
        (await answer.JsonAsync(expected)).GetProperty("code").GetString()!;

    public static async Task<string> LogInAsync(this ApiNode node, string user) =>
        (await node.GetAsync("/Login", "Accept: application/json", "Authorization: " + Basic(user)).JsonAsync()).GetProperty("jsessionid").GetString()!;

    /// <summary>Loads a page and returns the antiforgery field and cookie in it.</summary>
    public static async Task<(string Field, string Cookie)> LoadFormAsync(this ApiNode node, string target, params string[] headers)
    {
        using var page = await node.GetAsync(target, [.. headers, "Accept: " + Browser]);
        var text = await page.Content.ReadAsStringAsync();
        Assert.True(page.StatusCode == HttpStatusCode.OK, text);
        var cookie = page.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single(value => value.Contains("antiforgery", StringComparison.Ordinal)).Split(';')[0] : "";
        return (WebUtility.HtmlDecode(Antiforgery().Match(text).Groups[1].Value), cookie);
    }

    /// <summary>Logs in with the page, and returns the session's cookie.</summary>
    public static async Task<string> LogInWithPageAsync(this ApiNode node, string user)
    {
        var (field, cookie) = await node.LoadFormAsync("/login");
        using var answer = await node.PostAsync(
            "/login", new() { ["username"] = user, ["password"] = TestData.Password(user), ["antiforgery"] = field }, "Accept: " + Browser, "Cookie: " + cookie);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("JSESSIONID=", StringComparison.Ordinal)).Split(';')[0];
    }

    [GeneratedRegex("name=\"antiforgery\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}
