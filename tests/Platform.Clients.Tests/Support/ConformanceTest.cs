using Platform.Testing.OAuth;
using Platform.Testing.Web;

namespace Platform.Clients.Tests.Support;

/// <summary>What the modules of OpenID's conformance plans share. Each test is named after its module.</summary>
public abstract class ConformanceTest(Site site)
{
    protected Site Site => site;

    private protected RelyingParty Party => new(site, ImportedClients.Web);

    /// <summary>Logs alice in at the shared client, in the browser where she is logged in already.</summary>
    private protected async Task<CheckedLogin> LoginAsync(string oauthScope = "openid", params (string Name, string? Value)[] more) =>
        await Party.LoginAsync(await site.AliceAsync(), oauthScope, more);

    /// <summary>Where a request of the shared client sends alice's browser, or the page that it shows.</summary>
    private protected async Task<WebPage> OpenAsync(Pkce pkce, string oauthScope = "openid", params (string Name, string? Value)[] more) =>
        await (await site.AliceAsync()).OpenAsync(ImportedClients.Web.AuthorizeUrl(oauthScope, pkce, more));

    /// <summary>Whether discovery lists a value.</summary>
    protected bool Announces(string name, string value) =>
        site.Discovery.TryGetProperty(name, out var values) && values.EnumerateArray().Any(element => element.GetString() == value);

    /// <summary>Whether discovery says yes.</summary>
    protected bool Announces(string name) => site.Discovery.TryGetProperty(name, out var value) && value.GetBoolean();
}
