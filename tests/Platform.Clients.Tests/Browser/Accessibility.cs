using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Platform.Clients.Tests.Browser;

/// <summary>
/// axe-core within a page. Its Playwright package opens another window for each result, to put those of frames together, which takes
/// most of its time; our pages have no frames.
/// </summary>
internal static class Accessibility
{
    private static readonly string s_axe = new BundledAxeScriptProvider().GetScript();
    private static readonly string[] s_rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    /// <summary>What WCAG 2 A and AA and the best practices forbid, and where it is in the page; empty: nothing.</summary>
    public static async Task<string[]> CheckAsync(IPage page)
    {
        Assert.Single(page.Frames);
        await page.EvaluateAsync(s_axe + "; null");
        return await page.EvaluateAsync<string[]>(
            """
            async rules => {
              const result = await axe.run(document, { runOnly: { type: 'tag', values: rules } });
              if (result.passes.length === 0) {
                throw new Error('nothing was checked');
              }
              return result.violations.map(violation => `${violation.id}: ${violation.help}: ${violation.nodes.map(node => node.html).join(', ')}`);
            }
            """,
            s_rules);
    }
}
