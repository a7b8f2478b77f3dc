using Platform.Api.Tests.Support;
using Platform.Testing.OAuth;

namespace Platform.Api.Tests.OAuth.BadInput;

/// <summary>A node with clients of each kind, for inputs that it has to refuse.</summary>
public sealed class BadInputNode : IAsyncLifetime
{
    internal ApiNode Node { get; private set; } = null!;

    internal TestClient Web { get; private set; } = null!;

    internal TestClient Public { get; private set; } = null!;

    internal TestClient Service { get; private set; } = null!;

    internal TestClient Device { get; private set; } = null!;

    internal TestClient Exchange { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await ApiNode.StartAsync(new Dictionary<string, string?>
        {
            ["OAuth:Registration"] = "Open",
            ["OAuth:RegistrationsPerHour"] = "1000000",
            ["OAuth:RequestsPerSecond"] = "1000000",
            ["OAuth:RequestBurst"] = "1000000",
        });
        Web = await RegisterAsync("client_secret_post", ["authorization_code", "refresh_token"]);
        Public = await RegisterAsync("none", ["authorization_code", "refresh_token"]);
        Service = await RegisterAsync("client_secret_post", ["client_credentials"]);
        Device = await RegisterAsync("none", ["urn:ietf:params:oauth:grant-type:device_code"]);
        Exchange = await RegisterAsync("client_secret_post", ["urn:ietf:params:oauth:grant-type:token-exchange", "client_credentials"]);
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    private Task<TestClient> RegisterAsync(string authentication, string[] grants)
    {
        var byCode = grants.Contains("authorization_code");
        return Node.Client.RegisterAsync(new Dictionary<string, object>
        {
            ["client_name"] = "A client of bad input",
            ["redirect_uris"] = byCode ? [TestClient.Callback] : Array.Empty<string>(),
            ["response_types"] = byCode ? ["code"] : Array.Empty<string>(),
            ["grant_types"] = grants,
            ["scope"] = "openid profile offline_access read write",
            ["token_endpoint_auth_method"] = authentication,
        });
    }
}

[CollectionDefinition(Name)]
public sealed class BadInputCollection : ICollectionFixture<BadInputNode>
{
    public const string Name = "bad input";
}
