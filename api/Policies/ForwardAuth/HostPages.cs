using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Grains.Policies;
using Platform.Grains.Sessions;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// The pages that a protected host shows under <c>/.platform/</c>: the way to the login and back, and the way out. The steps of a login: a nonce for
/// this browser; at the platform (<see cref="HostLoginEndpoint"/>) a session and a code for this host and nonce; back here the code, used once, becomes the
/// cookie of this host.
/// </summary>
internal sealed class HostPages(HostCodes codes, HostSessions hostSessions, ISessionCheck sessions, IPolicyCheck policies, Issuer issuer)
{
    /// <summary>What their paths begin with; the proxy routes it to the platform.</summary>
    public const string Path = "/.platform";

    /// <summary>Where a login begins.</summary>
    public const string Start = Path + "/start";

    /// <summary>Where it ends.</summary>
    public const string Callback = Path + "/callback";

    private const string Logout = Path + "/logout";

    private const string NonceCookie = "platform-nonce";

    private static readonly TimeSpan NonceLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<HostPages>();
        routes.MapGet(Start, pages.StartAsync).ForProxy(ForwardProxy.Pages).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapGet(Callback, pages.CallBackAsync).ForProxy(ForwardProxy.Pages).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapGet(Logout, pages.LogOutAsync).ForProxy(ForwardProxy.Pages).ForAnyoneUnseen().Offering(Offers.Own).ExcludeFromDescription();
    }

    private async Task StartAsync(HttpContext context)
    {
        var host = context.GetForwarded();
        var question = PolicyQuestion.OfHost(host.Url.Authority);
        if ((await policies.ReadAsync(question, context.RequestAborted)).Set is null)
        {
            await ForwardAnswers.RefuseAsync(context, new Problem(ForwardErrors.UnknownHost));
            return;
        }

        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await ForwardAnswers.RefuseAsync(context, refusal);
            return;
        }

        var nonce = HostCodes.NewNonce();
        var cookie = HostSessions.OptionsFor(host);
        cookie.MaxAge = NonceLifetime;
        context.Response.Cookies.Append(HostSessions.Prefixed(host, NonceCookie), nonce, cookie);
        var login = new HostLogin(host.Origin, HostCodes.Hash(nonce), LocalReturn.OrStart(query.Find("return")), HostLogin.ReadAge(query.Find("max_age")));
        await Links.SeeOther(context, issuer.At(login.Address));
    }

    private async Task CallBackAsync(HttpContext context)
    {
        var host = context.GetForwarded();
        var nonceCookie = HostSessions.Prefixed(host, NonceCookie);
        var (query, _) = RequestParameters.ReadQuery(context.Request);
        var code = await codes.TryUseAsync(query.Find("code"), host.Origin, CookieValues.Find(context.Request.Headers.Cookie, nonceCookie), context.RequestAborted);
        if (code is null || await sessions.FindLiveAsync(new SessionKey(code.Session), context.RequestAborted) is null)
        {
            await ForwardAnswers.RefuseAsync(context, new Problem(ForwardErrors.LoginOver, "Go back to the page that you wanted and try again; cookies have to be allowed."));
            return;
        }

        context.Response.Cookies.Delete(nonceCookie, HostSessions.OptionsFor(host));
        hostSessions.Set(context, host, new SessionKey(code.Session));
        await Links.SeeOther(context, code.Return);
    }

    /// <summary>Another site that sends a browser here takes a cookie away, which the next login brings back; the session's end is asked for at the platform.</summary>
    private Task LogOutAsync(HttpContext context)
    {
        HostSessions.Clear(context, context.GetForwarded());
        return Links.SeeOther(context, issuer.At("/oauth/logout"));
    }
}
