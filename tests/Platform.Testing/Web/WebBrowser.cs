using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Platform.Testing.Web;

/// <summary>A person's browser without scripts: keeps cookies, follows redirects within the site, fills in forms.</summary>
public sealed class WebBrowser : IDisposable
{
    private const int MostRedirects = 10;
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;
    private readonly Uri _site;

    /// <summary>A browser that knows nothing yet.</summary>
    /// <param name="site">The site.</param>
    /// <param name="keepsCookies">Whether it takes cookies.</param>
    public WebBrowser(Uri site, bool keepsCookies = true)
    {
        _site = site;
        _client = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, UseCookies = keepsCookies, AllowAutoRedirect = false }) { BaseAddress = site };
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        _client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
    }

    /// <summary>The cookies of the site.</summary>
    public IReadOnlyList<Cookie> Cookies => [.. _cookies.GetCookies(_site).Cast<Cookie>()];

    /// <summary>Opens an address, as a link of another site would.</summary>
    public Task<WebPage> OpenAsync(string target) => SendAsync(HttpMethod.Get, new Uri(_site, target), null, "cross-site");

    /// <summary>Follows the link with these words on it.</summary>
    public Task<WebPage> FollowAsync(WebPage page, string words) => SendAsync(
        HttpMethod.Get,
        new Uri(page.Address, page.FindLink(words) ?? throw new InvalidOperationException($"No link '{words}' at {page.Address.PathAndQuery}: {(int)page.Status} {page.Html}")),
        null,
        "same-origin");

    /// <summary>Sends a form of another site.</summary>
    public Task<WebPage> PostAsync(string target, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, new Uri(_site, target), fields, "cross-site");

    /// <summary>Fills in the form that has this button, and presses it.</summary>
    public Task<WebPage> PressAsync(WebPage page, string button, params (string Name, string Value)[] fields) =>
        PressAsync(page, button, _ => true, fields);

    /// <summary>Presses this button of the one of several forms that is about something: a hidden field has it as its value.</summary>
    public Task<WebPage> PressForAsync(WebPage page, string button, string about) =>
        PressAsync(page, button, form => form.Fields.Any(input => input.Value == about));

    private Task<WebPage> PressAsync(WebPage page, string button, Func<WebForm, bool> which, params (string Name, string Value)[] fields)
    {
        var form = page.Forms.FirstOrDefault(form => form.Find(button) is not null && which(form))
            ?? throw new InvalidOperationException($"No button '{button}' at {page.Address.PathAndQuery}: {(int)page.Status} {page.Left} {page.Html}");
        return SubmitAsync(page, form, form.Find(button), fields);
    }

    /// <summary>Fills in the login form and sends it.</summary>
    public Task<WebPage> LogInAsync(WebPage page, string user, string? password = null)
    {
        var form = page.Forms.FirstOrDefault(form => form.AsksForPassword)
            ?? throw new InvalidOperationException($"No login form at {page.Address.PathAndQuery}: {(int)page.Status} {page.Left} {page.Html}");
        return SubmitAsync(page, form, form.Buttons.FirstOrDefault(), ("username", user), ("password", password ?? PlatformCluster.Password(user)));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private Task<WebPage> SubmitAsync(WebPage page, WebForm form, WebButton? button, params (string Name, string Value)[] fields)
    {
        var values = form.Fields.Where(field => !fields.Any(given => given.Name == field.Name)).Select(field => (field.Name, field.Value)).Concat(fields).ToList();
        if (button?.Name is { } name)
        {
            values.Add((name, button.Value));
        }

        var action = new Uri(page.Address, button?.Action ?? (form.Action.Length == 0 ? page.Address.PathAndQuery : form.Action));
        return form.Method == "POST"
            ? SendAsync(HttpMethod.Post, action, [.. values], "same-origin")
            : SendAsync(HttpMethod.Get, new UriBuilder(action) { Query = Encode(values) }.Uri, null, "same-origin");
    }

    private async Task<WebPage> SendAsync(HttpMethod method, Uri target, (string Name, string Value)[]? fields, string from)
    {
        for (var redirects = 0; redirects < MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(method, target);
            request.Headers.Add("Sec-Fetch-Site", from);
            request.Headers.Add("Sec-Fetch-Mode", "navigate");
            if (method == HttpMethod.Post)
            {
                request.Content = new StringContent(Encode(fields ?? []), Encoding.ASCII, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
            }

            using var answer = await _client.SendAsync(request);
            var html = await answer.Content.ReadAsStringAsync();
            if (answer.Headers.Location is not { } location || (int)answer.StatusCode / 100 != 3)
            {
                return new WebPage(target, answer.StatusCode, html, answer.Headers, null);
            }

            var next = new Uri(target, location);
            if (next.Authority != _site.Authority || next.Scheme != _site.Scheme)
            {
                return new WebPage(target, answer.StatusCode, html, answer.Headers, next);
            }

            // A 307 or 308 would send the form, with the password in it, again.
            if (answer.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            {
                throw new InvalidOperationException($"{target.PathAndQuery} redirects with {(int)answer.StatusCode}.");
            }

            (method, target) = (HttpMethod.Get, next);
        }

        throw new InvalidOperationException($"More than {MostRedirects} redirects, the last one to {target}.");
    }

    private static string Encode(IEnumerable<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"));
}
