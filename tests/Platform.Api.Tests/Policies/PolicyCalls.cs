using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies;

/// <summary>What clients of policy sets do.</summary>
internal static class PolicyCalls
{
    /// <summary>A set at one host that lets alice read below <c>/data</c>, and everyone read <c>/public</c>.</summary>
    public static string Yaml(string host, string? scope = null) => $"""
        hosts: [{host}]
        {(scope is null ? "" : $"scope: {scope}")}
        rules:
          - id: public
            effect: allow
            methods: [GET]
            path: /public
            who: anyone
          - id: alice
            effect: allow
            methods: [GET]
            template: /data/**
            who: [{"{"}users: [alice]{"}"}]
        """;

    public static Task<HttpResponseMessage> PutPolicyAsync(this ApiNode node, string service, string file, string session, params string[] headers) =>
        node.SendAsync(HttpMethod.Put, $"/policies/{service}", Body(file, file.StartsWith('{') ? "application/json" : "application/yaml"), [.. headers, $"X-Session-Id: {session}", "Accept: application/json"]);

    public static Task<HttpResponseMessage> PostJsonAsync(this ApiNode node, string target, string body, params string[] headers) =>
        node.SendAsync(HttpMethod.Post, target, Body(body, "application/json"), [.. headers, "Accept: application/json"]);

    public static StringContent Body(string text, string mediaType) => new(text, Encoding.UTF8, MediaTypeHeaderValue.Parse(mediaType));

    /// <summary>Stores a set that is valid.</summary>
    public static async Task<JsonElement> StoreAsync(this ApiNode node, string service, string file, string session)
    {
        using var response = await node.PutPolicyAsync(service, file, session);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
