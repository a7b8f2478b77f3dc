using System.Net;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies.OpenSso;

/// <summary>A node with OpenSSO's services turned on, and what their clients do.</summary>
public sealed class OpenSsoNode : IAsyncLifetime
{
    private static int s_counter;

    internal ApiNode Node { get; private set; } = null!;

    public async Task InitializeAsync() => Node = await ApiNode.StartAsync(new Dictionary<string, string?>
    {
        ["OpenSso:Enabled"] = "true",
        ["OpenSso:OpenAccounts:0"] = "anonymous",
        ["OpenSso:OpenAccounts:1"] = "guest",
        ["Policies:Groups:member"] = "*",
        ["Policies:Groups:aquamaps"] = TestData.AquaMaps,
        ["Sessions:Limit"] = "1000",
    });

    public async Task DisposeAsync() => await Node.DisposeAsync();

    /// <summary>A name or path of a test's own.</summary>
    internal static string Unique(string prefix) => $"{prefix}{Interlocked.Increment(ref s_counter)}";

    /// <summary>A token.</summary>
    internal async Task<string> TokenAsync(string user)
    {
        var text = await Node.PostAsync("/auth/authenticate", new() { ["username"] = user, ["password"] = TestData.Password(user) }).TextAsync();
        Assert.StartsWith("token.id=", text, StringComparison.Ordinal);
        return text["token.id=".Length..].TrimEnd('\n');
    }

    /// <summary>What <c>authorize</c> answers.</summary>
    internal Task<string> AuthorizeAsync(string token, string uri, string? action = null) => Node.PostAsync(
        "/auth/authorize",
        action is null ? new() { ["uri"] = uri, ["subjectid"] = token } : new() { ["uri"] = uri, ["subjectid"] = token, ["action"] = action }).TextAsync();

    /// <summary>Registers policies.</summary>
    internal async Task<(HttpStatusCode Status, string Text)> RegisterAsync(string? token, string document, string path = "/Pol/opensso-pol", string mediaType = "application/xml")
    {
        using var content = new StringContent(document, Encoding.UTF8, mediaType);
        using var answer = await Node.SendAsync(HttpMethod.Post, path, content, token is null ? [] : ["subjectid: " + token]);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks the policy service.</summary>
    internal async Task<(HttpStatusCode Status, string Text)> PolAsync(HttpMethod method, string? token, params string[] headers)
    {
        using var answer = await Node.SendAsync(method, "/pol", null, token is null ? headers : ["subjectid: " + token, .. headers]);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>Tests against a node with OpenSSO's services.</summary>
[CollectionDefinition(Name)]
public sealed class OpenSsoCollection : ICollectionFixture<OpenSsoNode>
{
    public const string Name = "opensso";
}
