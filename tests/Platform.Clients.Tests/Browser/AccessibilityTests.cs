using Platform.Clients.Tests.Support;

namespace Platform.Clients.Tests.Browser;

/// <summary>What looks at our pages sees faults.</summary>
[Collection(SiteTests.Name)]
public sealed class AccessibilityTests(Site site, Chromium chromium)
{
    [Fact]
    public async Task Faults_AreFound_OnAPageWithOurContentSecurityPolicy()
    {
        await using var window = await chromium.OpenAsync(site);
        await window.Page.GotoAsync("login");
        Assert.Empty(await Accessibility.CheckAsync(window.Page));
        await window.Page.EvaluateAsync("document.querySelector('main').innerHTML = '<img><input><h1>Login</h1>'");
        var found = await Accessibility.CheckAsync(window.Page);
        Assert.Contains(found, violation => violation.StartsWith("image-alt:", StringComparison.Ordinal));
        Assert.Contains(found, violation => violation.StartsWith("label:", StringComparison.Ordinal));
    }
}
