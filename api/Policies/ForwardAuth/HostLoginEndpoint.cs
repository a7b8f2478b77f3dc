using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Pages;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Policies;
using Platform.Policies.Requests;

namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// The platform's half of a login at a protected host. Its steps: the host is one of a service, so that nobody is sent anywhere else (CWE-601); somebody is
/// logged in, recently enough, or does so first; the code that names their session to that host goes there with the browser.
/// </summary>
internal sealed class HostLoginEndpoint(HostCodes codes, IPolicyCheck policies, Microsoft.Extensions.Options.IOptions<FrontOptions> front, TimeProvider time)
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<HostLoginEndpoint>();
        routes.MapGet(HostLogin.Path, endpoint.LogInAsync).ForAnyone().Offering(Offers.Page).ExcludeFromDescription();
    }

    /// <summary>The origin that a login on the platform's page leads to in the end; null where it stays at the platform.</summary>
    /// <param name="local">The page's local return address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<string?> FindOriginAsync(string local, CancellationToken cancellationToken) =>
        HostLogin.Read(local) is { } login && await IsProtectedAsync(login, cancellationToken) ? login.Origin : null;

    private async Task LogInAsync(HttpContext context)
    {
        var (query, _) = RequestParameters.ReadQuery(context.Request);
        if (HostLogin.Read(query) is not { } login || !await IsProtectedAsync(login, context.RequestAborted))
        {
            await Problems.WriteAsync(context, ForwardErrors.UnknownHost);
        }
        else if (context.FindCaller() is { } caller && IsRecent(caller, login))
        {
            await Links.SeeOther(context, login.CallbackAddress(codes.Issue(caller.Live.Session.Key, login.Origin, login.NonceHash, login.Return)));
        }
        else
        {
            await Links.SeeOther(context, Links.To(context, $"/login?return={Uri.EscapeDataString(login.Address)}"));
        }
    }

    private bool IsRecent(Caller caller, HostLogin login) => login.MaxAge is not { } maxAge || time.GetUtcNow() - caller.Live.Session.StartedAt <= maxAge;

    /// <summary>Whether the host belongs to a service; and where the platform itself is reached with https, nothing is sent without.</summary>
    private async ValueTask<bool> IsProtectedAsync(HostLogin login, CancellationToken cancellationToken) =>
        RequestUrl.TryNormalise(login.Origin, out var url, out _)
        && (url!.Scheme == "https" || !front.Value.IsSecure)
        && (await policies.ReadAsync(PolicyQuestion.OfHost(url.Authority), cancellationToken)).Set is not null;
}
