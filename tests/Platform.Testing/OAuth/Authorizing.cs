using System.Web;
using Platform.Testing.Web;

namespace Platform.Testing.OAuth;

/// <summary>A person who lets a client have what it asks for.</summary>
public static class Authorizing
{
    /// <summary>The button of the consent page that says yes.</summary>
    public const string Yes = "Allow";

    /// <summary>The button of the consent page that says no.</summary>
    public const string No = "Not now";

    /// <summary>Opens an authorization request, logs in where that is asked for, agrees where that is asked for.</summary>
    /// <returns>Where the browser is sent: the client, or null in <see cref="WebPage.Left"/> with an error page.</returns>
    public static async Task<WebPage> AuthorizeAsync(this WebBrowser browser, string url, string user = "alice") =>
        await browser.AgreeAsync(await browser.OpenAsync(url), user);

    /// <summary>Goes on from a page: logs in where that is asked for, agrees where that is asked for.</summary>
    public static async Task<WebPage> AgreeAsync(this WebBrowser browser, WebPage page, string user = "alice")
    {
        if (page.IsLogin)
        {
            page = await browser.LogInAsync(page, user);
        }

        return page.Has(Yes) ? await browser.PressAsync(page, Yes) : page;
    }

    /// <summary>A code for a client.</summary>
    public static async Task<string> CodeAsync(this WebBrowser browser, TestClient client, string oauthScope, Pkce? pkce, params (string Name, string? Value)[] more) =>
        (await browser.AuthorizeAsync(client.AuthorizeUrl(oauthScope, pkce, more))).Parameter("code") ?? throw new InvalidOperationException("No code came.");

    /// <summary>Follows the address that a device shows, confirms the code, and agrees (RFC 8628 §3.3).</summary>
    /// <returns>The last page, which says that it is done.</returns>
    public static async Task<WebPage> ApproveDeviceAsync(this WebBrowser browser, string url, string user = "alice")
    {
        var page = await browser.OpenAsync(url);
        if (page.IsLogin)
        {
            page = await browser.LogInAsync(page, user);
        }

        if (page.Has("Continue"))
        {
            page = await browser.PressAsync(page, "Continue");
        }

        return await browser.PressAsync(page, Yes);
    }

    /// <summary>A parameter that the client is sent; null: it is not.</summary>
    public static string? Parameter(this WebPage page, string name) => HttpUtility.ParseQueryString(page.Leaving.Query)[name];
}
