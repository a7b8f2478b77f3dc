using System.Reflection;
using Microsoft.Playwright;
using Platform.Clients.Tests.Support;

namespace Platform.Clients.Tests.Browser;

/// <summary>Debian's Chromium, one process for all tests; each test has windows without cookies of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>Where pictures of the pages go, for people to look at: the environment variable <c>TEST_SCREENSHOTS</c>; null: none are taken.</summary>
    public static string? Screenshots { get; } = Environment.GetEnvironmentVariable("TEST_SCREENSHOTS");

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            var (playwright, browser) = await _started.Value;
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }

    /// <summary>A window of the site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="phone">As wide as a phone.</param>
    /// <param name="dark">For somebody who likes it dark.</param>
    /// <param name="scripts">Whether scripts run.</param>
    internal Task<Window> OpenAsync(Site site, bool phone = false, bool dark = false, bool scripts = true) => OpenAsync(site.Address, phone, dark, scripts);

    /// <summary>A window of a site at an address.</summary>
    /// <param name="address">Where the site is.</param>
    /// <param name="phone">As wide as a phone.</param>
    /// <param name="dark">For somebody who likes it dark.</param>
    /// <param name="scripts">Whether scripts run.</param>
    internal async Task<Window> OpenAsync(Uri address, bool phone = false, bool dark = false, bool scripts = true)
    {
        var (_, browser) = await _started.Value;
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = phone ? new ViewportSize { Width = 360, Height = 720 } : new ViewportSize { Width = 1100, Height = 800 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = scripts,
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(30_000);
        return new Window(context, await context.NewPageAsync());
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync()
    {
        // The driver is run from its package by Debian's Node.js, and no browser is fetched.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Metadata("PlaywrightDriver"));
        Environment.SetEnvironmentVariable("PLAYWRIGHT_NODEJS_PATH", "/usr/bin/node");
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"] });
        return (playwright, browser);
    }

    private static string Metadata(string key) =>
        typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}

/// <summary>A window that remembers what the browser complained about.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    public Window(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            // A refusal that a test provokes is said by the network; anything else is a fault of the page.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    /// <summary>Takes a picture where there is a place for it, and looks whether the page fits its window.</summary>
    public async Task LookAsync(string name)
    {
        if (Chromium.Screenshots is { } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }

        Assert.False(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} is wider than its window");
    }

    /// <summary>The same, and has the page of ours checked for accessibility: WCAG 2, A and AA.</summary>
    public async Task CheckAsync(string name)
    {
        await LookAsync(name);
        var violations = await Accessibility.CheckAsync(Page);
        Assert.True(violations.Length == 0, $"{name}: {string.Join('\n', violations)}");
    }

    /// <summary>Fills in the login form and sends it.</summary>
    public async Task LogInAsync(string user, string? password = null)
    {
        await Page.Locator("input[autocomplete=username]").First.FillAsync(user);
        await Page.Locator("input[type=password]").First.FillAsync(password ?? Testing.PlatformCluster.Password(user));
        await Page.Locator("form:has(input[type=password]) button").First.ClickAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_complaints);
    }
}
