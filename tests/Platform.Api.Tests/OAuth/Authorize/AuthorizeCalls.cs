using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.Tests.OAuth.Authorize;

/// <summary>What clients of the authorization endpoint do.</summary>
internal static class AuthorizeCalls
{
    public const string Redirect = "https://app.example.org/cb";

    public const string Secret = "a secret of 43 characters, more or less, here";

    public static readonly string Verifier = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public static string Challenge => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>Makes a client of a name of its own.</summary>
    public static async Task<ClientId> AddClientAsync(this ApiNode node, Func<ClientDefinition, ClientDefinition>? change = null)
    {
        var id = new ClientId("client-" + Guid.NewGuid().ToString("N"));
        var definition = new ClientDefinition
        {
            Name = "The <b>App</b>",
            ClientUri = "https://app.example.org/",
            RedirectUris = [Redirect],
            GrantTypes = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
            OAuthScopes = ["openid", "profile", "email", "groups", "offline_access", "read", "write", "d4s-context:*"],
            Authentication = ClientAuthentication.None,
        };
        Assert.True(await node.Grains().Client(id).RegisterAsync(change is null ? definition : change(definition)));
        return id;
    }

    public static ClientDefinition Confidential(this ClientDefinition definition) => definition with
    {
        Authentication = ClientAuthentication.SecretPost,
        Secrets = [new ClientSecret(SecretHashing.Sha256, SecretKey.FromSecret(Secret).Value, null)],
    };

    public static IPlatformGrains Grains(this ApiNode node) => node.Services.GetRequiredService<IPlatformGrains>();

    /// <summary>The parameters of a request that is fine.</summary>
    public static Dictionary<string, string> Parameters(ClientId client, params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string>
        {
            ["client_id"] = client.Value,
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["scope"] = "openid read",
            ["state"] = "the state & more",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            parameters.Remove(name);
            if (value is not null)
            {
                parameters[name] = value;
            }
        }

        return parameters;
    }

    public static string Request(ClientId client, params (string Name, string? Value)[] changes) =>
        QueryHelpers.AddQueryString("/oauth/authorize", Parameters(client, changes)!);

    /// <summary>A browser that is logged in.</summary>
    public static async Task<TestBrowser> LoggedInAsync(this ApiNode node, string user)
    {
        var browser = new TestBrowser(node);
        await (await browser.GetAsync("/login")).LogInAsync(user);
        return browser;
    }

    /// <summary>What the code that a browser was sent away with stands for.</summary>
    public static async Task<CodeSnapshot> CodeAsync(this ApiNode node, TestBrowser browser)
    {
        Assert.True(browser.Left is not null, $"{(int)browser.Status}: {browser.Text}");
        Assert.True(browser.Answer("code") is not null, browser.Left.ToString());
        return (await node.Grains().AuthorizationCode(SecretKey.FromSecret(browser.Answer("code")!)).FindAsync())!;
    }

    public static ImmutableArray<string> Words(string text) => [.. text.Split(' ')];
}
