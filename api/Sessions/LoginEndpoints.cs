using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Users;
using Platform.Api.Viewer;

namespace Platform.Api.Sessions;

/// <summary>
/// <c>Login</c> in its three dialects: BASIC and a form from programs, answered with the session document and no cookie; a form from
/// a browser, answered with a redirect and a cookie.
/// </summary>
internal sealed class LoginEndpoints(
    ILogin logins,
    SessionEnd end,
    Forgery forgery,
    SessionCookie cookie,
    LoginPage page,
    ViewerToken viewer,
    IOptions<SessionOptions> options)
{
    /// <summary>Maps the login.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<LoginEndpoints>();
        routes.MapMethods("/Login", ["GET", "HEAD"], endpoints.ShowOrLogInAsync)
            .ForAnyone().Offering(Offers.XmlFirstOrPage)
            .Describe("Login", "Logs in with BASIC; without it, the login page for browsers.", endpoints.ShowOrLogInAsync, 200, 400, 401, 429, 503);
        routes.MapPost("/Login", endpoints.LogInAsync)
            .ForAnyone().Offering(Offers.XmlFirstOrPage)
            .Describe("LoginWithForm", "Logs in with BASIC or a form of username and password.", endpoints.LogInAsync, 200, 303, 400, 401, 413, 415, 429, 503)
            .TakesForm("username", "password");
    }

    /// <summary>HEAD is safe, so it never logs in.</summary>
    private Task ShowOrLogInAsync(HttpContext context)
    {
        SecurityHeaders.StayWithOpener(context.Response);
        if (BasicCredentials.IsBasic(context.Request.Headers.Authorization) && !HttpMethods.IsHead(context.Request.Method))
        {
            return LogInWithBasicAsync(context);
        }

        return context.Format() == WireFormat.Html ? page.WriteAsync(context) : Challenge(context, SessionErrors.CredentialsRequired);
    }

    private async Task LogInAsync(HttpContext context)
    {
        SecurityHeaders.StayWithOpener(context.Response);
        if (BasicCredentials.IsBasic(context.Request.Headers.Authorization))
        {
            await LogInWithBasicAsync(context);
            return;
        }

        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (context.Format() == WireFormat.Html)
        {
            await LogInWithPageAsync(context, form);
        }
        else
        {
            await LogInWithFormAsync(context, form);
        }
    }

    private Task LogInWithBasicAsync(HttpContext context)
    {
        if (!BasicCredentials.TryParse(context.Request.Headers.Authorization, out var credentials))
        {
            return Problems.WriteAsync(context, SessionErrors.MalformedCredentials, place: "header Authorization");
        }

        // The session document has no page; a browser that insists on one could not be told its id.
        return Negotiation.Choose(context.Request.Headers.Accept, Offers.XmlFirst) is { } format
            ? LogInForDocumentAsync(context, format, credentials.UserName, credentials.Password)
            : Problems.WriteAsync(context, HttpErrors.NotAcceptable);
    }

    private Task LogInWithFormAsync(HttpContext context, Parameters form)
    {
        foreach (var name in (ReadOnlySpan<string>)["username", "password"])
        {
            if (string.IsNullOrEmpty(form.Find(name)))
            {
                return Problems.WriteAsync(context, HttpErrors.MissingParameter, place: $"form parameter {name}");
            }
        }

        if (context.FindCaller() is { } caller && UserMismatch.Find(form, caller, "form") is { } mismatch)
        {
            return Problems.WriteAsync(context, mismatch);
        }

        return LogInForDocumentAsync(context, context.Format(), form.Find("username")!, form.Find("password")!);
    }

    private async Task LogInForDocumentAsync(HttpContext context, WireFormat format, string userName, string password)
    {
        switch (await TryAsync(context, userName, password))
        {
            case LoginResult.Accepted accepted:
                await EndReplacedAsync(context, accepted, byCookieOnly: true);
                await Answer.WriteAsync(context, format, SessionDocuments.SessionId, accepted.Id);
                break;
            case LoginResult.Throttled throttled:
                context.Response.Headers.RetryAfter = Seconds(throttled.RetryAfter);
                await Problems.WriteAsync(context, SessionErrors.LoginThrottled);
                break;
            case LoginResult.DirectoryUnavailable:
                await Problems.WriteAsync(context, SessionErrors.DirectoryUnavailable);
                break;
            default:
                await Challenge(context, SessionErrors.LoginRefused);
                break;
        }
    }

    /// <summary>Ends in a redirect, whatever happens, so that reloading the page sends no password again.</summary>
    private async Task LogInWithPageAsync(HttpContext context, Parameters form)
    {
        var local = LocalReturn.OrStart(form.Find("return"));
        var from = form.Find("page");
        if (!await forgery.IsOwnLoginFormAsync(context))
        {
            await LoginPage.RedirectAsync(context, LoginPage.Expired, local, from);
        }
        else if (string.IsNullOrEmpty(form.Find("username")) || string.IsNullOrEmpty(form.Find("password")))
        {
            await LoginPage.RedirectAsync(context, LoginPage.Missing, local, from);
        }
        else if (context.FindCaller() is { } caller && UserMismatch.Find(form, caller, "form") is not null)
        {
            await LoginPage.RedirectAsync(context, LoginPage.SomebodyElse, local, from);
        }
        else
        {
            await LogInForBrowserAsync(context, form.Find("username")!, form.Find("password")!, local, from);
        }
    }

    private async Task LogInForBrowserAsync(HttpContext context, string userName, string password, string local, string? from)
    {
        switch (await TryAsync(context, userName, password))
        {
            case LoginResult.Accepted accepted:
                await EndReplacedAsync(context, accepted, byCookieOnly: false);
                if (forgery.IsWithoutCookies(context))
                {
                    await Links.SeeOther(context, Links.WithSession(local, accepted.Id));
                    break;
                }

                cookie.Set(context.Response, accepted.Id);
                await viewer.GiveAsync(context, accepted.Id);
                await Links.SeeOther(context, local);
                break;
            case LoginResult.Throttled throttled:
                context.Response.Headers.RetryAfter = Seconds(throttled.RetryAfter);
                await LoginPage.RedirectAsync(context, LoginPage.Throttled, local, from);
                break;
            case LoginResult.DirectoryUnavailable:
                await LoginPage.RedirectAsync(context, LoginPage.Unavailable, local, from);
                break;
            default:
                await LoginPage.RedirectAsync(context, LoginPage.Refused, local, from);
                break;
        }
    }

    private Task<LoginResult> TryAsync(HttpContext context, string userName, string password)
    {
        var attempt = new LoginAttempt(
            userName,
            password,
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            context.Request.Headers.UserAgent.ToString());
        return logins.LoginAsync(attempt, context.RequestAborted);
    }

    /// <summary>A new login of the same user takes the place of the session that it came with.</summary>
    private async Task EndReplacedAsync(HttpContext context, LoginResult.Accepted accepted, bool byCookieOnly)
    {
        if (context.FindCaller() is { } caller
            && caller.Live.User.Key == accepted.Session.User
            && (caller.Arrival == SessionArrival.Cookie || !byCookieOnly))
        {
            await end.EndReplacedAsync(context, caller);
        }
    }

    private Task Challenge(HttpContext context, ErrorCode error)
    {
        if (!context.PrefersPage())
        {
            context.Response.Headers.WWWAuthenticate = $"Basic realm=\"{options.Value.Realm}\", charset=\"UTF-8\"";
        }

        return Problems.WriteAsync(context, error);
    }

    private static string Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
