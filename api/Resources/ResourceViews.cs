using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Api.Scopes;
using Platform.Api.Sessions;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.Resources;

/// <summary>
/// Works out the scope that a request is in. A session or token that carries one settles it; else the request names it with
/// <c>scope=</c>, else the configured default counts. Whoever does not belong to it looks from outside, where it is open for <c>read</c>.
/// </summary>
internal sealed class ResourceViews(ISessionCheck sessions, Challenges challenges, IOptions<ResourceOptions> options, TimeProvider time)
{
    /// <summary>What a scope lists among its anonymous operations to be read from outside.</summary>
    public const string AnonymousRead = "read";

    /// <summary>The view for reading; null where the request has been answered with an error.</summary>
    public async ValueTask<ResourceView?> ForReadingAsync(HttpContext context, Parameters query)
    {
        var principal = context.FindPrincipal();
        if (await FindPathAsync(context, query, principal) is not { } found)
        {
            return null;
        }

        var (path, named) = found;
        var scopes = principal?.Access.Scopes ?? await sessions.ReadScopesAsync(context.RequestAborted);
        if (principal is not null && principal.Access.MayEnter(path) && scopes.Find(path) is { } own)
        {
            return new ResourceView(own, principal, named);
        }

        // A scope that is not there is answered like one that is not open: nobody probes for hidden ones.
        if (scopes.Find(path) is { } scope && scope.AnonymousOperations.Contains(AnonymousRead) && scopes.IsOpen(path, time.GetUtcNow()))
        {
            return new ResourceView(scope, null, named);
        }

        await (principal is null
            ? challenges.RequireLoginAsync(context, OAuthScopes.Read, SessionErrors.ScopeNotOpen)
            : Problems.WriteAsync(context, ScopeErrors.NotAMember));
        return null;
    }

    /// <summary>The view of somebody who belongs to the scope; null where the request has been answered with an error.</summary>
    public async ValueTask<ResourceView?> ForPrincipalAsync(HttpContext context, Parameters query)
    {
        var principal = context.GetPrincipal();
        if (await FindPathAsync(context, query, principal) is not { } found)
        {
            return null;
        }

        if (principal.Access.MayEnter(found.Path) && principal.Access.Scopes.Find(found.Path) is { } scope)
        {
            return new ResourceView(scope, principal, found.Named);
        }

        await Problems.WriteAsync(context, ScopeErrors.NotAMember);
        return null;
    }

    private async ValueTask<(ScopePath Path, bool Named)?> FindPathAsync(HttpContext context, Parameters query, Principal? principal)
    {
        const string place = "query parameter scope";
        var given = query.Find("scope");
        if (given is not null && !ScopePath.TryParse(given, out _))
        {
            await Problems.WriteAsync(context, ScopeErrors.MalformedScope, $"Here {ScopePath.Grammar}.", place);
            return null;
        }

        if (principal?.Scope is { } carried)
        {
            if (given is null || given == carried.Path.Value)
            {
                return (carried.Path, false);
            }

            await Problems.WriteAsync(context, ResourceErrors.ScopeMismatch, place: place);
            return null;
        }

        if (ScopePath.TryParse(given ?? options.Value.DefaultScope, out var path))
        {
            return (path, given is not null);
        }

        await (principal is null
            ? challenges.RequireLoginAsync(context, OAuthScopes.Read, SessionErrors.NoScopeGiven)
            : Problems.WriteAsync(context, ScopeErrors.NoScopeSelected, "Enter a scope, or name one.", place));
        return null;
    }
}
