using System.Globalization;
using Platform.Api.Http.Pages;
using Platform.Api.OAuth.Authorize;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Grants;

/// <summary>The page on which a user sees what applications may do for them, and takes it back.</summary>
internal static class GrantsPage
{
    /// <summary>Answers with the page.</summary>
    public static Task WriteAsync(HttpContext context, Forgery forgery, IReadOnlyList<GivenAccess> list)
    {
        var token = forgery.FormField(context);
        var items = list.Count == 0
            ? Html.Of($"<p>You have let no application act for you.</p>")
            : Html.Join(list.Select(given => Item(context, token, given)));
        return Page.WriteAsync(context, StatusCodes.Status200OK, "Your applications", Html.Of($"""
            {items}
            <p><a href="{Links.To(context, "/")}">Back to the start</a></p>
            """));
    }

    private static Html Item(HttpContext context, Html token, GivenAccess given)
    {
        var name = GrantDocuments.NameOf(given);
        var gone = given.Client switch
        {
            null => Html.Of($"""<p class="note">This application is no longer there.</p>"""),
            { Suspended: true } => Html.Of($"""<p class="note">This application is suspended, and can do nothing now.</p>"""),
            _ => Html.Empty,
        };
        return Html.Of($"""
            <section class="grant">
            <h2>{name}</h2>
            {gone}
            <p class="note">Since {given.Grant.GivenAt.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}.</p>
            {(given.Grant.Consents.Any(consent => consent.OAuthScopes.Length > 0) ? Html.Join(given.Grant.Consents.Select(Consent)) : Html.Of($"<p>It belongs to the infrastructure and acts for you without asking.</p>"))}
            <form method="post" action="{Links.To(context, GrantEndpoints.Path + "/withdraw")}">
            {token}
            <input type="hidden" name="client" value="{given.Grant.Client.Value}">
            <p class="actions"><button class="quiet" type="submit" aria-label="Take it back from {name}">Take it back</button></p>
            </form>
            </section>
            """);
    }

    private static Html Consent(ConsentSnapshot consent) => Html.Of($"""
        <p>{(consent.Context is { } context ? $"In {context.Value} it may:" : "It may:")}</p>
        {AccessWords.Items(consent.OAuthScopes)}
        """);
}
