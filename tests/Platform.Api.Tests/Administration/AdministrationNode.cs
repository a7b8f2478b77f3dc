using System.Net;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Administration;

/// <summary>A node whose people and logins are administered; what a test ends is ended for nobody else.</summary>
public sealed class AdministrationNode : IAsyncLifetime
{
    internal ApiNode Node { get; private set; } = null!;

    /// <summary>The session of the infrastructure's manager.</summary>
    internal string Admin { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Node = await ApiNode.StartAsync(new Dictionary<string, string?> { ["Sessions:Limit"] = "1000" });
        Admin = await Node.LogInAsync("admin");
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    internal Task<HttpResponseMessage> SendAsync(string session, string method, string path, string? body = null, params string[] headers) => Node.SendAsync(
        new HttpMethod(method),
        path,
        body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        session.Length == 0 ? headers : [.. headers, "X-Session-Id: " + session]);

    internal Task<HttpResponseMessage> AdminAsync(string method, string path, string? body = null, params string[] headers) => SendAsync(Admin, method, path, body, headers);

    internal async Task<JsonElement> NewUserAsync(string? password = null)
    {
        var name = $"u{Guid.NewGuid():N}"[..12];
        var secret = password is null ? "" : $", \"password\": \"{password}\"";
        return await AdminAsync("POST", "/admin/api/users", $$"""{"userName": "{{name}}", "displayName": "N <&>"{{secret}}}""").JsonAsync(HttpStatusCode.Created);
    }
}
