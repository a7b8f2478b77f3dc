using Platform.Api.Http.Pages;
using Platform.Api.OAuth.Clients;
using Platform.Api.Sessions;

namespace Platform.Api.OAuth.Authorize;

/// <summary>Asks which account to go on with: the one that is logged in, or another one.</summary>
internal sealed class AccountPage(Forgery forgery)
{
    /// <summary>Answers with the page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="kept">What brings it back.</param>
    /// <param name="onlyAnother">The client expects another user.</param>
    public Task WriteAsync(AuthorizeRequest request, string kept, bool onlyAnother)
    {
        var context = request.Http;
        var caller = request.Caller;
        var name = ConsentPage.NameOf(request.Client);
        var body = onlyAnother
            ? Html.Of($"""
                <p>You are logged in as {caller.Live.User.Profile.DisplayName} ({caller.UserName}), and {name} expects somebody else.</p>
                {AnotherForm(context, forgery, kept)}
                """)
            : Html.Of($"""
                <p>{name} asks which account to use.</p>
                <form method="post" action="{Links.To(context, AuthorizeEndpoint.AccountPath)}">
                {forgery.FormField(context)}
                <input type="hidden" name="{KeptRequests.Field}" value="{kept}">
                <p class="actions"><button type="submit" name="choice" value="continue">Go on as {caller.Live.User.Profile.DisplayName} ({caller.UserName})</button></p>
                </form>
                {AnotherForm(context, forgery, kept)}
                """);
        return Page.WriteAsync(context, StatusCodes.Status200OK, "Choose an account", body, RedirectUris.PolicySource(request.RedirectUri!));
    }

    /// <summary>The form that ends the session and leads to the login of somebody else.</summary>
    public static Html AnotherForm(HttpContext context, Forgery forgery, string kept) => Html.Of($"""
        <form method="post" action="{Links.To(context, AuthorizeEndpoint.AccountPath)}">
        {forgery.FormField(context)}
        <input type="hidden" name="{KeptRequests.Field}" value="{kept}">
        <p class="actions"><button class="quiet" type="submit" name="choice" value="another">Use another account</button></p>
        <p class="note">You are logged out first.</p>
        </form>
        """);
}
