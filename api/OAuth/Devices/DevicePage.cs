using Platform.Api.Http.Pages;
using Platform.Api.OAuth.Authorize;
using Platform.Api.Sessions;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Devices;

/// <summary>The pages of <c>/device</c>: the code, the question, the end. Words of the request reach no page but the code itself.</summary>
internal sealed class DevicePage(Forgery forgery)
{
    /// <summary>The page's address; short, since people type it.</summary>
    public const string Path = "/device";

    /// <summary>Where the decision goes.</summary>
    public const string DecisionPath = Path + "/decision";

    /// <summary>The form field and parameter with the code.</summary>
    public const string CodeField = "user_code";

    /// <summary>The form field with the scope that the page named.</summary>
    public const string ContextField = "context";

    /// <summary>Asks for the code.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">What is in the field already; empty: nothing.</param>
    /// <param name="fault">What was wrong with it; null: nothing yet.</param>
    /// <param name="status">The status.</param>
    public Task WriteEntryAsync(HttpContext context, string code, string? fault, int status)
    {
        var error = fault is null ? Html.Empty : Html.Of($"""<p class="error" role="alert" id="fault">{fault}</p>""");
        return Page.WriteAsync(context, status, "Connect a device", Html.Of($"""
            {error}
            <p>Type the code that your device shows. Do so only if you started this yourself, on a device of yours.</p>
            <form method="post" action="{Links.To(context, Path)}">
            {forgery.FormField(context)}
            <label for="user_code">Code</label>
            <input class="code" id="user_code" name="{CodeField}" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" required placeholder="XXXX-XXXX" value="{code}" autofocus>
            <p class="actions"><button type="submit">Continue</button></p>
            </form>
            """));
    }

    /// <summary>Asks whether the device may have what it wants.</summary>
    public Task WriteQuestionAsync(HttpContext context, UserCode code, DeviceRequest request, ClientSnapshot client, ScopeSnapshot? scope)
    {
        var caller = context.GetCaller();
        return Page.WriteAsync(context, StatusCodes.Status200OK, $"Let {ConsentPage.NameOf(client)} on a device act for you?", Html.Of($"""
            <p class="warning" role="note"><strong>Did somebody send you this code?</strong> Then say no: whoever sent it would act in your name. Go on only if your own device shows <strong class="whole">{code.ToString()}</strong> now.</p>
            {ConsentPage.Describe(client)}
            <dt>Code</dt><dd>{code.ToString()}</dd>
            <dt>Asked from</dt><dd>{request.Address}</dd>
            <dt>You are</dt><dd>{caller.Live.User.Profile.DisplayName} ({caller.UserName})</dd>
            </dl>
            <h2 id="gets">It would</h2>
            {AccessWords.List(request.OAuthScopes)}
            {AccessWords.Place(scope, scope is null ? [] : caller.Live.Access.RolesIn(scope.Path), request.OAuthScopes)}
            {AccessWords.Audiences(request.Audiences)}
            <p>It keeps this after you log out, until you take it back at <a href="{Links.To(context, "/grants")}">your applications</a>.</p>
            <form method="post" action="{Links.To(context, DecisionPath)}">
            {forgery.FormField(context)}
            <input type="hidden" name="{CodeField}" value="{code.ToString()}">
            <input type="hidden" name="{ContextField}" value="{scope?.Path.Value}">
            <p class="actions"><button type="submit" name="decision" value="allow">Allow</button> <button class="quiet" type="submit" name="decision" value="deny">Not now</button></p>
            </form>
            """));
    }

    /// <summary>Says that it is done.</summary>
    public static Task WriteDoneAsync(HttpContext context, bool allowed) => allowed
        ? Page.WriteAsync(context, StatusCodes.Status200OK, "Your device is connected", Html.Of($"""
            <p role="status">Go back to your device; it goes on by itself in a few seconds. You can close this page.</p>
            """))
        : Page.WriteAsync(context, StatusCodes.Status200OK, "Nothing was given", Html.Of($"""
            <p role="status">The device was told that you did not allow it. You can close this page.</p>
            """));
}
