using Platform.Api.Http.Pages.Components;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;

namespace Platform.Api.Http.Pages;

/// <summary>The frame of every page: no script, no foreign resource, not to be framed.</summary>
internal static class Page
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    /// <summary>Answers with a page.</summary>
    /// <param name="context">The request that the answer is to.</param>
    /// <param name="status">The status.</param>
    /// <param name="title">The title and heading.</param>
    /// <param name="body">What follows the heading.</param>
    /// <param name="formTarget">
    /// Where a form of the page leads besides this site, as an origin or a scheme: browsers check the redirects that answer a form, too. Null: nowhere.
    /// </param>
    public static Task WriteAsync(HttpContext context, int status, string title, Html body, string? formTarget = null)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = formTarget is null ? Policy : $"{Policy} {formTarget}";
        headers.XFrameOptions = "DENY";
        var page = Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title} – Platform</title>
            <link rel="stylesheet" href="{StyleSheet.Path}">
            </head>
            <body>
            <header class="top"><a href="{Links.To(context, "/")}">Platform</a>{Navigation(context)}</header>
            <main>
            <h1>{title}</h1>
            {body}
            </main>
            </body>
            </html>

            """);
        return Answer.WriteTextAsync(context, status, "text/html; charset=utf-8", page.ToString());
    }

    private static Html Navigation(HttpContext context) => context.FindCaller() is { } caller
        ? Html.Of($"""
            <nav aria-label="Platform"><ul class="links">{Html.Join(Places.For(caller.Live.Access, "").Skip(1).Select(place => Html.Of($"""<li><a href="{Links.To(context, place.Local)}">{place.Text}</a></li>""")))}</ul></nav>
            """)
        : Html.Empty;
}
