using Platform.Api.Account.Pages;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Api.Viewer;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;

namespace Platform.Api.Scopes;

/// <summary><c>LoginScope</c>: sets the session's current scope.</summary>
internal sealed class LoginScopeEndpoints(IPlatformGrains grains, IAuditLog audit, Forgery forgery, ViewerToken viewer)
{
    /// <summary>Maps the call.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<LoginScopeEndpoints>();
        routes.MapGet("/LoginScope", endpoints.GetAsync).ForSession().Offering(Offers.XmlFirstOrPage)
            .Describe("LoginScope", "Makes a scope the session's current one.", endpoints.GetAsync, 200, 303, 400, 401, 403, 503)
            .TakesQuery("scope", "The scope, /infrastructure/VO/VRE.", required: true);
        routes.MapPost("/LoginScope", endpoints.PostAsync).ForSession().Offering(Offers.XmlFirstOrPage)
            .Describe("LoginScopeWithForm", "Makes a scope the session's current one.", endpoints.PostAsync, 200, 303, 400, 401, 403, 415, 503)
            .TakesForm("scope", "return");
    }

    /// <summary>The form that enters a scope.</summary>
    public static Html Form(HttpContext context, Html antiforgery, ScopePath scope) => Html.Of($"""
        <form method="post" action="{Links.To(context, "/LoginScope")}">
        {antiforgery}
        <input type="hidden" name="scope" value="{scope.Value}">
        <button type="submit" aria-label="Enter {scope.Value}">Enter</button>
        </form>
        """);

    /// <summary>The form that enters a scope whose path is typed.</summary>
    public static Html FreeForm(HttpContext context, Html antiforgery) => Html.Of($"""
        <form method="post" action="{Links.To(context, "/LoginScope")}">
        {antiforgery}
        <label for="scope">Another scope</label>
        <input id="scope" name="scope" type="text" placeholder="/infrastructure/VO/VRE" autocapitalize="none" spellcheck="false" required>
        <p class="actions"><button type="submit">Enter</button></p>
        </form>
        """);

    private Task GetAsync(HttpContext context)
    {
        if (Forgery.IsForeignGet(context))
        {
            return Problems.WriteAsync(context, HttpErrors.CrossSite);
        }

        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        return refusal is null ? EnterAsync(context, query.Find("scope"), query.Find("return")) : Problems.WriteAsync(context, refusal);
    }

    private async Task PostAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        var (query, queryRefusal) = RequestParameters.ReadQuery(context.Request);
        refusal = refusal ?? queryRefusal ?? UserMismatch.Find(form, context.GetCaller(), "form");
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (!await forgery.IsOwnFormAsync(context))
        {
            await Problems.WriteAsync(context, SessionErrors.Forged);
        }
        else
        {
            await EnterAsync(context, form.Find("scope") ?? query.Find("scope"), form.Find("return"));
        }
    }

    private async Task EnterAsync(HttpContext context, string? given, string? local)
    {
        if (string.IsNullOrEmpty(given))
        {
            await Problems.WriteAsync(context, ScopeErrors.NoScopeSelected, place: "parameter scope");
            return;
        }

        if (!ScopePath.TryParse(given, out var path))
        {
            await Problems.WriteAsync(context, ScopeErrors.MalformedScope, $"Here {ScopePath.Grammar}.", "parameter scope");
            return;
        }

        var caller = context.GetCaller();
        var refusal = FindRefusal(caller.Live.Access, path, out var scope);
        if (refusal is null && !await grains.Session(caller.Live.Session.Key).EnterScopeAsync(path, scope!.Epoch))
        {
            // It ended between the check and this call.
            refusal = SessionErrors.SessionRequired;
        }

        await audit.RecordAsync(
            new AuditEntry(AuditActions.EnterScope, refusal?.Code ?? AuditEntry.Ok, caller.Subject, path.Value, context.ClientAddress()),
            CancellationToken.None);
        if (refusal == ScopeErrors.TermsNotSigned && context.Format() == WireFormat.Html
            && caller.Live.Access.TermsDueFor(path).FirstOrDefault() is { } asking)
        {
            await Links.SeeOther(context, Links.To(context, TermsPages.LinkTo(asking.Path, path)));
        }
        else if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (context.Format() == WireFormat.Html)
        {
            if (caller.Arrival == SessionArrival.Cookie)
            {
                // The token that the login gave is for the scope that was left.
                await viewer.GiveAsync(context, caller.Id);
            }

            await Links.SeeOther(context, Links.To(context, LocalReturn.OrStart(local)));
        }
        else
        {
            await Answer.WriteAsync(context, ScopeDocuments.Entered, (path, caller.Live.Access.RolesIn(path)));
        }
    }

    /// <summary>A scope that is not there is answered like one of others: nobody probes for hidden ones. That it is closed, its own people are told.</summary>
    private static ErrorCode? FindRefusal(ScopeAccess access, ScopePath path, out ScopeSnapshot? scope)
    {
        scope = access.Scopes.Find(path);
        if (scope is null || !(access.IsMember(path) || access.Manages(path)))
        {
            return ScopeErrors.NotAMember;
        }

        return access.MayEnter(path) ? null : access.IsOpen(path) ? ScopeErrors.TermsNotSigned : ScopeErrors.ScopeClosed;
    }
}
