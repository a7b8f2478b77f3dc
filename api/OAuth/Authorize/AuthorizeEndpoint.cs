using System.Text;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;

namespace Platform.Api.OAuth.Authorize;

/// <summary>
/// <c>/oauth/authorize</c> (RFC 6749 §3.1, OpenID Connect Core §3.1.2). What happens to a request is in <see cref="AuthorizeSteps"/>; here it
/// comes in, from clients and from our own pages, and its outcome goes out.
/// </summary>
internal sealed class AuthorizeEndpoint(
    AuthorizeSteps steps,
    AuthorizeAnswer answer,
    KeptRequests kept,
    ConsentPage consentPage,
    AccountPage accountPage,
    SessionEnd end,
    SessionCookie cookie,
    Forgery forgery,
    TimeProvider time)
{
    /// <summary>The endpoint.</summary>
    public const string Path = "/oauth/authorize";

    /// <summary>Where the consent page's form goes.</summary>
    public const string DecisionPath = Path + "/decision";

    /// <summary>Where the choice of an account goes.</summary>
    public const string AccountPath = Path + "/account";

    /// <summary>A longer login hint is no user name.</summary>
    private const int MaxHint = 256;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<AuthorizeEndpoint>();
        routes.MapGet(Path, endpoint.GetAsync).ForAnyone().Offering(Offers.Own)
            .Describe("Authorize", "Asks the user to let a client have a code (authorization code flow with PKCE).", endpoint.GetAsync, 200, 303, 400, 503)
            .TakesQuery("client_id", "The client.", required: true)
            .TakesQuery("redirect_uri", "Where the code goes; one that the client has registered.")
            .TakesQuery("response_type", "code", required: true)
            .TakesQuery("scope", "OAuth scopes, separated by blanks; d4s-context:/infra/VO/VRE names the scope of the infrastructure.")
            .TakesQuery("state", "Given back unchanged.")
            .TakesQuery("code_challenge", "The S256 challenge of RFC 7636.")
            .TakesQuery("code_challenge_method", "S256");
        routes.MapPost(Path, endpoint.PostAsync).ForAnyone().Offering(Offers.Own)
            .Describe("AuthorizeWithForm", "The same with a form.", endpoint.PostAsync, 200, 303, 400, 413, 415, 503)
            .TakesForm("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method");
        routes.MapPost(DecisionPath, endpoint.DecideAsync).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
        routes.MapPost(AccountPath, endpoint.ChooseAccountAsync).ForAnyone().Offering(Offers.Own).ExcludeFromDescription();
    }

    /// <summary>The address at which a kept request goes on.</summary>
    public static string Continue(string keptRequest) => $"{Path}?{KeptRequests.Field}={keptRequest}";

    /// <summary>The kept request that a local address goes on with; null: none.</summary>
    public static string? FindContinued(string local)
    {
        var prefix = Continue("");
        return local.StartsWith(prefix, StringComparison.Ordinal) ? local[prefix.Length..] : null;
    }

    private async Task GetAsync(HttpContext context)
    {
        SecurityHeaders.StayWithOpener(context.Response);
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        if (refusal is not null)
        {
            await AuthorizeAnswer.WritePageAsync(context, Malformed(refusal));
        }
        else if (query.Find(KeptRequests.Field) is { } name)
        {
            await ResumeAsync(context, name, decision: null);
        }
        else
        {
            await TakeAsync(new AuthorizeRequest(context) { Parameters = query });
        }
    }

    private async Task PostAsync(HttpContext context)
    {
        SecurityHeaders.StayWithOpener(context.Response);
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await AuthorizeAnswer.WritePageAsync(context, Malformed(refusal));
            return;
        }

        await TakeAsync(new AuthorizeRequest(context) { Parameters = form });
    }

    private async Task DecideAsync(HttpContext context)
    {
        SecurityHeaders.StayWithOpener(context.Response);
        if (await ReadOwnFormAsync(context) is not { } form)
        {
            return;
        }

        ConsentDecision? decision = form.Find("decision") switch
        {
            "allow" => ConsentDecision.Allow,
            "deny" => ConsentDecision.Deny,
            _ => null,
        };
        await ResumeAsync(context, form.Find(KeptRequests.Field), decision);
    }

    private async Task ChooseAccountAsync(HttpContext context)
    {
        SecurityHeaders.StayWithOpener(context.Response);
        if (await ReadOwnFormAsync(context) is not { } form)
        {
            return;
        }

        if (await kept.FindAsync(form.Find(KeptRequests.Field)) is not { } request)
        {
            await AuthorizeAnswer.WritePageAsync(context, AuthorizeAnswer.Over);
            return;
        }

        var caller = context.FindCaller();
        if (caller is not null && form.Find("choice") == "continue")
        {
            await GoOnAsync(context, request with { AccountChosenIn = caller.Live.Session.Handle }, Continue);
            return;
        }

        // One browser is one user: the session that is left ends everywhere, and clients are told.
        if (caller is not null)
        {
            await end.LogOutAsync(context, caller);
            cookie.Clear(context.Response);
            context.Features.Set<Caller>(null);
        }

        await GoOnAsync(
            context,
            request with { LoginDemandedAt = time.GetUtcNow(), LoginDemandedIn = caller?.Live.Session.Handle, AccountChosenIn = null },
            LoginPage.ReturningTo);
    }

    private async Task ResumeAsync(HttpContext context, string? name, ConsentDecision? decision)
    {
        if (await kept.FindAsync(name) is not { } found || !Parameters.TryParse(Encoding.UTF8.GetBytes(found.Parameters), out var parameters, out _))
        {
            await AuthorizeAnswer.WritePageAsync(context, AuthorizeAnswer.Over);
            return;
        }

        await TakeAsync(new AuthorizeRequest(context)
        {
            Parameters = parameters,
            Kept = found,
            Decision = decision,
            PushedUri = found.PushedUri,
            DpopThumbprint = found.DpopThumbprint,
        });
    }

    private async Task TakeAsync(AuthorizeRequest request)
    {
        var context = request.Http;
        switch (await steps.TakeAsync(request, context.RequestAborted))
        {
            case AuthorizeOutcome.Issued issued:
                await answer.WriteCodeAsync(request, issued.Code);
                break;
            case AuthorizeOutcome.Refused refused:
                await answer.WriteErrorAsync(request, refused.Error);
                break;
            case AuthorizeOutcome.LogIn:
                var demanded = Keep(request);
                await GoOnAsync(
                    request,
                    demanded.LoginDemandedAt is null
                        ? demanded with { LoginDemandedAt = time.GetUtcNow(), LoginDemandedIn = context.FindCaller()?.Live.Session.Handle }
                        : demanded,
                    LoginPage.ReturningTo);
                break;
            case AuthorizeOutcome.Again:
                await GoOnAsync(request, Keep(request), Continue);
                break;
            case AuthorizeOutcome.ChooseAccount choice:
                await ShowAsync(request, Keep(request), name => accountPage.WriteAsync(request, name, choice.OnlyAnother));
                break;
            case AuthorizeOutcome.AskConsent:
                await ShowAsync(request, Keep(request) with { ShownContext = request.Context?.Path.Value ?? "" }, name => consentPage.WriteAsync(request, name));
                break;
        }
    }

    /// <summary>The request as it is kept while its user is at a page.</summary>
    private KeptRequest Keep(AuthorizeRequest request) => request.Kept ?? new KeptRequest
    {
        Parameters = FormText.Encode(request.Parameters.All),
        PushedUri = request.PushedUri,
        DpopThumbprint = request.DpopThumbprint,
        ClientName = ConsentPage.NameOf(request.Client),
        RedirectUri = request.RedirectUri!,
        LoginHint = request.Parameters.Find("login_hint") is { Length: <= MaxHint } hint ? hint : null,
        KeptAt = time.GetUtcNow(),
    };

    private async Task ShowAsync(AuthorizeRequest request, KeptRequest keep, Func<string, Task> show)
    {
        if (await kept.KeepAsync(request.Http, keep) is { } name)
        {
            await show(name);
            return;
        }

        await answer.WriteErrorAsync(request, AuthorizeAnswer.TooMany);
    }

    private Task GoOnAsync(AuthorizeRequest request, KeptRequest keep, Func<string, string> where) =>
        ShowAsync(request, keep, name => Links.SeeOther(request.Http, Links.To(request.Http, where(name))));

    private async Task GoOnAsync(HttpContext context, KeptRequest keep, Func<string, string> where)
    {
        if (await kept.KeepAsync(context, keep) is { } name)
        {
            await Links.SeeOther(context, Links.To(context, where(name)));
            return;
        }

        await AuthorizeAnswer.WritePageAsync(context, AuthorizeAnswer.TooMany);
    }

    private async ValueTask<Parameters?> ReadOwnFormAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is not null)
        {
            await AuthorizeAnswer.WritePageAsync(context, Malformed(refusal));
            return null;
        }

        if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
            return null;
        }

        return form;
    }

    private static OAuthError Malformed(Problem problem) =>
        OAuthError.InvalidRequest(problem.Place is { } place ? $"The request is malformed: {place}." : "The form is none.") with { Status = problem.Error.Status };
}
