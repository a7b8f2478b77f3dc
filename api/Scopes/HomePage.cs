using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Scopes;

namespace Platform.Api.Scopes;

/// <summary>The start page: the caller's scopes, each with a way in, or the way to the login.</summary>
internal sealed class HomePage(Forgery forgery)
{
    /// <summary>How many scopes get a form of their own; a manager of everything has thousands.</summary>
    private const int Shown = 200;

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/", ["GET", "HEAD"], routes.ServiceProvider.GetRequiredService<HomePage>().WriteAsync)
            .ForAnyone().Offering(Offers.Page).ExcludeFromDescription();

    private Task WriteAsync(HttpContext context) => context.FindCaller() is { } caller
        ? Page.WriteAsync(context, StatusCodes.Status200OK, "Your scopes", Body(context, caller))
        : Page.WriteAsync(context, StatusCodes.Status200OK, "Welcome", Html.Of($"""
            <p>Log in once, pick a scope, and be known to every service in it.</p>
            <p><a class="button" href="{Links.To(context, "/login")}">Log in</a></p>
            <p><a href="{Links.To(context, "/ListInfrastructureScopes?details=true")}">Public scopes</a></p>
            """));

    private Html Body(HttpContext context, Caller caller)
    {
        var live = caller.Live;
        var token = forgery.FormField(context);
        var items = live.Access.Scopes.ByName
            .Where(scope => live.Access.MayEnter(scope.Path))
            .Take(Shown + 1)
            .Select(scope => Item(context, caller, token, scope))
            .ToList();
        var list = items.Count == 0
            ? Html.Of($"<p>You are not a member of any scope.</p>")
            : Html.Of($"""<ul class="scopes">{Html.Join(items.Take(Shown))}</ul>""");
        var another = items.Count > Shown ? LoginScopeEndpoints.FreeForm(context, token) : Html.Empty;
        return Html.Of($"""
            <dl>
            <dt>User</dt><dd>{live.User.Profile.DisplayName} ({caller.UserName})</dd>
            <dt>Scope</dt><dd>{live.Scope?.Path.Value ?? "none yet"}</dd>
            <dt>Roles</dt><dd>{(live.Roles.Count == 0 ? "none" : string.Join(", ", live.Roles))}</dd>
            </dl>
            {list}
            {another}
            <h2>Leave</h2>
            {LogoutEndpoints.Form(context, forgery)}
            """);
    }

    private static Html Item(HttpContext context, Caller caller, Html token, ScopeSnapshot scope)
    {
        var way = caller.Live.Scope?.Path == scope.Path
            ? Html.Of($"""<span class="current">You are here</span>""")
            : LoginScopeEndpoints.Form(context, token, scope.Path);
        return Html.Of($"""<li><span>{scope.DisplayName}<br><span class="path">{scope.Path.Value}</span></span>{way}</li>""");
    }
}
