using System.Globalization;
using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Runs.Pages;
using Platform.Api.Sessions;
using Platform.Grains.Scopes;

namespace Platform.Api.Viewer;

/// <summary>What a person wrote into the form of a document.</summary>
/// <param name="Text">The document.</param>
/// <param name="Visibility">Who is to read it.</param>
/// <param name="Tag">The entity tag of the version that it rests on; empty: there was none.</param>
internal sealed record ViewerDraft(string Text, string Visibility, string Tag);

/// <summary>The markup of the viewer.</summary>
internal sealed class ViewerPages(Forgery forgery)
{
    /// <summary>The address of the page.</summary>
    public const string Path = "/viewer";

    private const int ShownScopes = 500;

    /// <summary>The list of documents.</summary>
    public Task WriteListAsync(HttpContext context, ViewerRequest request, ScopeAccess access, ViewerAnswer answer, string? error)
    {
        var token = forgery.FormField(context);
        return Page.WriteAsync(context, answer.Status is 401 or 403 or 404 ? StatusCodes.Status200OK : answer.Status, "Resources", Html.Of($"""
            {Alert(error)}
            {Place(context, request, access, token)}
            <form method="get" action="{Links.To(context, Path)}" role="search">
            {ScopeField(request)}
            <label for="prefix">Path begins with</label>
            <input id="prefix" name="prefix" type="text" value="{request.Prefix}" autocapitalize="none" spellcheck="false">
            <p class="actions"><button class="quiet" type="submit">Search</button></p>
            </form>
            {(answer.IsSuccess ? Entries(context, request, answer) : Html.Of($"<p class=\"note\">{answer.Words()}</p>"))}
            {(context.FindCaller() is null ? LoginForm(context, request, token) : NewForm(context))}
            """));
    }

    /// <summary>One document, with the form that changes it for those who logged in.</summary>
    public Task WriteDocumentAsync(HttpContext context, ViewerRequest request, int status, ViewerAnswer? current, ViewerDraft? draft, string? error, bool hasToken)
    {
        var token = forgery.FormField(context);
        var found = current is { IsSuccess: true };
        return Page.WriteAsync(context, status, request.Document!, Html.Of($"""
            {Alert(error)}
            <p><a href="{Links.To(context, request.ListAddress)}">All resources</a></p>
            {(found ? Facts(context, current!) : Html.Empty)}
            {(found ? Html.Of($"<pre class=\"document\" tabindex=\"0\" aria-label=\"The document as it is stored\">{current!.Pretty()}</pre>") : Html.Of($"<p class=\"note\">{(current is null ? "" : current.Words())}</p>"))}
            {(context.FindCaller() is null ? LoginForm(context, request, token) : Editor(context, request, token, draft ?? Draft(current), found, hasToken))}
            """));
    }

    private static ViewerDraft Draft(ViewerAnswer? current) =>
        current is { IsSuccess: true } ? new(current.Pretty(), current.Visibility ?? "members", current.Tag ?? "") : new("{\n  \n}", "members", "");

    private static Html Alert(string? words) => words is null ? Html.Empty : Html.Of($"""<p class="error" role="alert">{words}</p>""");

    private static Html Facts(HttpContext context, ViewerAnswer current) => Html.Of($"""
        <dl>
        <dt>Placed in</dt><dd>{current.Scope}</dd>
        <dt>Read by</dt><dd>{ReadBy(current.Visibility)}</dd>
        <dt>Version</dt><dd>{current.Tag?.Trim('"')}</dd>
        {(current.Run is { } run ? Html.Of($"""<dt>Written by</dt><dd>run <a href="{Links.To(context, RunPages.AddressOf(run))}"><code>{run}</code></a></dd>""") : Html.Empty)}
        </dl>
        """);

    private static string ReadBy(string? visibility) => visibility switch
    {
        "public" => "everyone",
        "managers" => "managers of that scope",
        _ => "members",
    };

    private static Html ScopeField(ViewerRequest request) =>
        request.Scope is null ? Html.Empty : Html.Of($"""<input type="hidden" name="scope" value="{request.Scope}">""");

    private static Html Place(HttpContext context, ViewerRequest request, ScopeAccess access, Html token)
    {
        if (context.FindPrincipal() is not { } principal)
        {
            var open = access.Listed().Where(scope => scope.AnonymousOperations.Contains(Resources.ResourceViews.AnonymousRead)).Take(ShownScopes).ToList();
            return open.Count == 0 ? Html.Empty : Html.Of($"""
                <form method="get" action="{Links.To(context, Path)}">
                <label for="scope">Scope</label>
                <select id="scope" name="scope">{Choices(open, request.Scope)}</select>
                <p class="actions"><button class="quiet" type="submit">Look there</button></p>
                </form>
                """);
        }

        var mine = access.Scopes.ByName.Where(scope => access.MayEnter(scope.Path)).Take(ShownScopes).ToList();
        var choice = mine.Count == 0 ? Html.Empty : Html.Of($"""
            <form method="post" action="{Links.To(context, "/LoginScope")}">
            {token}
            <input type="hidden" name="return" value="{Path}">
            <label for="scope">Scope</label>
            <select id="scope" name="scope">{Choices(mine, principal.Scope?.Path.Value)}</select>
            <p class="actions"><button class="quiet" type="submit">Switch</button></p>
            </form>
            """);
        return Html.Of($"""
            <dl>
            <dt>User</dt><dd>{principal.Name}</dd>
            <dt>Scope</dt><dd>{principal.Scope?.Path.Value ?? "none yet"}</dd>
            </dl>
            {choice}
            <form method="post" action="{Links.To(context, "/Logout")}">{token}<p class="actions"><button class="quiet" type="submit">Log out</button></p></form>
            """);
    }

    private static Html Choices(IEnumerable<ScopeSnapshot> scopes, string? current) => Html.Join(scopes.Select(scope => scope.Path.Value == current
        ? Html.Of($"""<option value="{scope.Path.Value}" selected>{scope.Path.Value}</option>""")
        : Html.Of($"""<option value="{scope.Path.Value}">{scope.Path.Value}</option>""")));

    private static Html Entries(HttpContext context, ViewerRequest request, ViewerAnswer answer)
    {
        using var page = JsonDocument.Parse(answer.Body);
        var entries = page.RootElement.GetProperty("resources").EnumerateArray().Select(entry => Entry(context, request, entry)).ToList();
        var next = page.RootElement.GetProperty("next").GetString();
        return Html.Of($"""
            {(entries.Count == 0 ? Html.Of($"<p>There are no resources here that you may see.</p>") : Html.Of($"<ul class=\"scopes\">{Html.Join(entries)}</ul>"))}
            {(next is null ? Html.Empty : Html.Of($"""<p><a class="button" href="{Links.To(context, request.NextAddress(next))}">Next page</a></p>"""))}
            """);
    }

    private static Html Entry(HttpContext context, ViewerRequest request, JsonElement entry)
    {
        var path = entry.GetProperty("path").GetString()!;
        var bytes = entry.GetProperty("bytes").GetInt32().ToString("N0", CultureInfo.InvariantCulture);
        return Html.Of($"""
            <li><span><a href="{Links.To(context, request.DocumentAddress(path))}">{path}</a><br><span class="path">{entry.GetProperty("scope").GetString()}</span></span>
            <span class="note">{ReadBy(entry.GetProperty("visibility").GetString())}, {bytes} bytes</span></li>
            """);
    }

    private static Html NewForm(HttpContext context) => Html.Of($"""
        <h2>Open or make a resource</h2>
        <form method="get" action="{Links.To(context, Path)}">
        <label for="open">Path</label>
        <input id="open" name="open" type="text" autocapitalize="none" spellcheck="false" required>
        <p class="actions"><button type="submit">Open</button></p>
        </form>
        """);

    private static Html LoginForm(HttpContext context, ViewerRequest request, Html token) => Html.Of($"""
        <h2>Log in to see more, and to change it</h2>
        <form method="post" action="{Links.To(context, "/login")}">
        {token}
        <input type="hidden" name="return" value="{request.Address}">
        <input type="hidden" name="page" value="{request.Address}">
        <label for="username">User name</label>
        <input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <p class="actions"><button type="submit">Log in</button></p>
        </form>
        """);

    private static Html Editor(HttpContext context, ViewerRequest request, Html token, ViewerDraft draft, bool found, bool hasToken)
    {
        if (!hasToken)
        {
            return Html.Of($"""
                <h2>Change it</h2>
                <p>Your browser has no access token, or an old one.</p>
                <form method="post" action="{Links.To(context, Path)}">
                {token}
                <input type="hidden" name="return" value="{request.Address}">
                <p class="actions"><button type="submit">Get an access token</button></p>
                </form>
                """);
        }

        return Html.Of($"""
            <h2>{(found ? "Change it" : "Make it")}</h2>
            <form method="post" action="{Links.To(context, request.Address)}">
            {token}
            <input type="hidden" name="tag" value="{draft.Tag}">
            <label for="document">JSON document</label>
            <textarea id="document" name="document" rows="16" spellcheck="false" required>{"\n" + draft.Text}</textarea>
            <label for="visibility">Read by</label>
            <select id="visibility" name="visibility">{Visibilities(draft.Visibility)}</select>
            <p class="actions"><button type="submit" name="action" value="save">Save</button>
            {(found ? Html.Of($"""<button class="quiet" type="submit" name="action" value="delete">Delete</button>""") : Html.Empty)}</p>
            </form>
            """);
    }

    private static Html Visibilities(string current) => Html.Join(new[] { "public", "members", "managers" }.Select(each => each == current
        ? Html.Of($"""<option value="{each}" selected>{each}</option>""")
        : Html.Of($"""<option value="{each}">{each}</option>""")));
}
