using Platform.Api.Http.Pages;
using Platform.Api.OAuth.Clients;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize;

/// <summary>Asks the user: who wants what, in which VO or VRE, and where it goes.</summary>
internal sealed class ConsentPage(Forgery forgery)
{
    private const int MaxName = 100;

    /// <summary>The client's name as pages show it.</summary>
    public static string NameOf(ClientSnapshot client)
    {
        var name = string.IsNullOrWhiteSpace(client.Definition.Name) ? client.Id.Value : client.Definition.Name;
        return name.Length > MaxName ? string.Concat(name.AsSpan(0, MaxName), "…") : name;
    }

    /// <summary>Who asks: name, home page, and whether anybody here knows it.</summary>
    public static Html Describe(ClientSnapshot client)
    {
        var home = Uri.TryCreate(client.Definition.ClientUri, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? Html.Of($"""<dt>Home page</dt><dd>{uri!.Host}</dd>""")
            : Html.Empty;
        var unknown = client.Origin == ClientOrigin.Registered
            ? Html.Of($"""<p class="warning" role="note"><strong>Not verified.</strong> This application registered itself, and nobody of the infrastructure has checked it. Its name is what it calls itself. Go on only if you trust where it comes from.</p>""")
            : Html.Empty;
        return Html.Of($"""
            {unknown}
            <dl>
            <dt>Application</dt><dd>{NameOf(client)}</dd>
            {home}
            """);
    }

    /// <summary>Answers with the page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="kept">What brings it back.</param>
    public Task WriteAsync(AuthorizeRequest request, string kept)
    {
        var context = request.Http;
        var caller = request.Caller;
        var policies = Html.Join(new[] { ("Privacy policy", request.Client.Definition.PolicyUri), ("Terms of service", request.Client.Definition.TosUri) }
            .Where(link => Uri.TryCreate(link.Item2, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http")
            .Select(link => Html.Of($"""<li><a href="{link.Item2}" rel="noreferrer noopener">{link.Item1}</a></li>""")));
        var leave = request.OAuthScopes.Contains(OAuthScopes.OfflineAccess)
            ? Html.Of($"<p>It keeps this after you log out, until you take it back.</p>")
            : Html.Of($"<p>It ends when you log out.</p>");
        return Page.WriteAsync(
            context,
            StatusCodes.Status200OK,
            $"Let {NameOf(request.Client)} act for you?",
            Html.Of($"""
                {Describe(request.Client)}
                <dt>Leads to</dt><dd>{RedirectUris.Place(request.RedirectUri!)}</dd>
                <dt>You are</dt><dd>{caller.Live.User.Profile.DisplayName} ({caller.UserName})</dd>
                </dl>
                <h2 id="gets">It would</h2>
                {AccessWords.List(request.AskedScopes)}
                {AccessWords.Place(request.Context, request.Context is { } scope ? caller.Live.Access.RolesIn(scope.Path) : [], request.OAuthScopes)}
                {AccessWords.Audiences(request.Access.Audiences)}
                {leave}
                <p class="note">You can take it back at any time at <a href="{Links.To(context, "/grants")}">your applications</a>. Your password is not given to it.</p>
                {(policies.ToString().Length == 0 ? Html.Empty : Html.Of($"""<ul class="links">{policies}</ul>"""))}
                <form method="post" action="{Links.To(context, AuthorizeEndpoint.DecisionPath)}">
                {forgery.FormField(context)}
                <input type="hidden" name="{KeptRequests.Field}" value="{kept}">
                <p class="actions"><button type="submit" name="decision" value="allow">Allow</button> <button class="quiet" type="submit" name="decision" value="deny">Not now</button></p>
                </form>
                """),
            RedirectUris.PolicySource(request.RedirectUri!));
    }
}
