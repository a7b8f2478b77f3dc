using Platform.Api.Http.Pages;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Authorize;

/// <summary>OAuth scopes, contexts and audiences in words that a person understands.</summary>
internal static class AccessWords
{
    /// <summary>The OAuth scopes as a list under the heading <c>gets</c>; what a context's says is said by <see cref="Place"/>.</summary>
    public static Html List(IEnumerable<string> oauthScopes) => Html.Of($"""<ul class="access" aria-labelledby="gets">{Points(oauthScopes)}</ul>""");

    /// <summary>The OAuth scopes as a list of its own.</summary>
    public static Html Items(IEnumerable<string> oauthScopes) => Html.Of($"""<ul class="access">{Points(oauthScopes)}</ul>""");

    /// <summary>Where all of it holds. Tokens without a context read and write resources wherever their user may, and that has to be said.</summary>
    public static Html Place(ScopeSnapshot? context, IReadOnlyList<string> roles, IReadOnlyCollection<string> oauthScopes) => context is null
        ? oauthScopes.Contains(OAuthScopes.Read) || oauthScopes.Contains(OAuthScopes.Write)
            ? Html.Of($"<p>It would act in any VO or VRE that you may enter, with your roles there.</p>")
            : Html.Of($"<p>It would act in no VO or VRE.</p>")
        : Html.Of($"""<p>It would act in the {KindOf(context.Path)} <strong>{context.DisplayName}</strong> <span class="path">{context.Path.Value}</span> alone, with your roles there: {string.Join(", ", roles)}.</p>""");

    /// <summary>Who else would take its tokens.</summary>
    public static Html Audiences(IReadOnlyCollection<string> audiences) => audiences.Count == 0
        ? Html.Empty
        : Html.Of($"<p>It would act for you at: {string.Join(", ", audiences)}.</p>");

    private static Html Points(IEnumerable<string> oauthScopes)
    {
        var items = oauthScopes
            .Where(oauthScope => !oauthScope.StartsWith(OAuthScopes.ContextPrefix, StringComparison.Ordinal))
            .Select(Words)
            .Select(words => Html.Of($"<li>{words}</li>"))
            .ToList();
        return items.Count == 0 ? Html.Of($"<li>know that somebody with an account here uses it, and nothing else</li>") : Html.Join(items);
    }

    private static string KindOf(ScopePath path) => path.Kind switch
    {
        ScopeKind.Infrastructure => "infrastructure",
        ScopeKind.VirtualOrganisation => "VO",
        _ => "VRE",
    };

    private static string Words(string oauthScope) => oauthScope switch
    {
        OAuthScopes.OpenId => "recognise you, by an identifier that stays the same",
        OAuthScopes.Profile => "see your name and user name",
        OAuthScopes.Email => "see your mail address",
        OAuthScopes.Groups => "see the VOs and VREs that you belong to, and your roles in them",
        OAuthScopes.OfflineAccess => "go on while you are not logged in",
        OAuthScopes.Read => "read resources that you may read",
        OAuthScopes.Write => "change and delete resources that you may change",
        OAuthScopes.Policies => "see and change who may do what at protected services, where you may",
        OAuthScopes.PoliciesDecide => "ask what others may do at protected services, where you may",
        _ => $"do what it calls “{oauthScope}”",
    };
}
