using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Authorize;
using Platform.Api.OAuth.Clients;
using Platform.Api.Policies.ForwardAuth;

namespace Platform.Api.Sessions;

/// <summary>The page with the login form. What went wrong comes back as one of a few codes, never as text of the request.</summary>
internal sealed class LoginPage(Forgery forgery, KeptRequests kept, HostLoginEndpoint hostLogins)
{
    public const string Refused = "refused";
    public const string Missing = "missing";
    public const string Throttled = "throttled";
    public const string Unavailable = "unavailable";
    public const string Expired = "expired";
    public const string SomebodyElse = "somebody-else";

    private const string Path = "/login";

    /// <summary>The page for a login that an authorization request waits for.</summary>
    /// <param name="keptRequest">The request, as <see cref="KeptRequests"/> named it.</param>
    public static string ReturningTo(string keptRequest) => $"{Path}?return={Uri.EscapeDataString(AuthorizeEndpoint.Continue(keptRequest))}";

    /// <summary>Back to the page, with an error and without a cookie.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">One of the codes.</param>
    /// <param name="local">Where the login leads once it succeeds.</param>
    /// <param name="page">The page of this application that the form was on; null: the login page.</param>
    public static Task RedirectAsync(HttpContext context, string error, string local, string? page = null)
    {
        context.Response.Headers.Remove("Set-Cookie");
        if (LocalReturn.TryParse(page, out var origin))
        {
            return Links.SeeOther(context, Links.To(context, $"{origin}{(origin.Contains('?', StringComparison.Ordinal) ? '&' : '?')}error={error}"));
        }

        var query = local == "/" ? $"?error={error}" : $"?error={error}&return={Uri.EscapeDataString(local)}";
        return Links.SeeOther(context, Links.To(context, Path + query));
    }

    /// <summary>Answers with the page.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var (query, _) = RequestParameters.ReadQuery(context.Request);
        var local = LocalReturn.OrStart(query.Find("return"));
        var name = AuthorizeEndpoint.FindContinued(local);
        var request = await kept.FindAsync(name);
        var host = await hostLogins.FindOriginAsync(local, context.RequestAborted);
        var error = Message(query.Find("error")) is { } message
            ? Html.Of($"""<p class="error" role="alert">{message}</p>""")
            : Html.Empty;
        var caller = context.FindCaller();
        var body = Html.Of($"""
            {error}
            {(request is null ? Html.Empty : Html.Of($"<p>Log in to go on to {request.ClientName}.</p>"))}
            {(host is null ? Html.Empty : Html.Of($"<p>Log in to go on to {host}.</p>"))}
            {(caller is null ? Html.Empty : LoggedInAs(caller, request is null ? LogoutEndpoints.Form(context, forgery) : AccountPage.AnotherForm(context, forgery, name!)))}
            <form method="post" action="{Links.To(context, Path)}">
            {forgery.FormField(context)}
            <input type="hidden" name="return" value="{local}">
            <label for="username">User name</label>
            <input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{caller?.UserName ?? request?.LoginHint}" autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required>
            <p class="actions"><button type="submit">Log in</button></p>
            </form>
            """);

        // The login may be answered with redirects that end at the client or the protected host, which browsers hold against the form.
        await Page.WriteAsync(context, StatusCodes.Status200OK, "Log in", body, request is null ? host : RedirectUris.PolicySource(request.RedirectUri));
    }

    private static Html LoggedInAs(Caller caller, Html another) => Html.Of($"""
        <p>You are logged in as {caller.UserName}.</p>
        {another}
        """);

    /// <summary>What one of the codes says to a person; null: it is none of them.</summary>
    public static string? Message(string? error) => error switch
    {
        Refused => "The user name or the password is wrong.",
        Missing => "Give a user name and a password.",
        Throttled => "Too many failed logins. Wait half a minute and try again.",
        Unavailable => "The directory of users does not answer. Try again in a while.",
        Expired => "The form was too old, or your browser did not send it from here. Try again.",
        SomebodyElse => "You are logged in as somebody else. Log out first.",
        _ => null,
    };
}
