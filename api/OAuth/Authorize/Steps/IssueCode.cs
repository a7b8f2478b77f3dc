using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize.Steps;

/// <summary>Makes the code, on grounds that all hold at one instant after the user's yes (invariant 2). A pushed request is used up by it.</summary>
internal sealed class IssueCode(
    IOAuthCheck check, IPlatformGrains grains, Issuer issuer, IOptions<OAuthOptions> options, TimeProvider time) : IAuthorizeStep
{
    public async ValueTask<AuthorizeOutcome?> TakeAsync(AuthorizeRequest request, CancellationToken cancellationToken)
    {
        var authorization = Authorization(request);
        if (await check.FindLiveAsync(authorization, cancellationToken) is null)
        {
            return AuthorizeOutcome.Fail(OAuthError.AccessDenied("What the authorization rests on ended meanwhile."));
        }

        if (request.PushedUri is { } uri && !await grains.PushedRequest(SecretKey.FromSecret(uri)).ConsumeAsync(Random()))
        {
            return AuthorizeOutcome.Fail(new OAuthError("invalid_request_uri", "The pushed request is over, or was used before."));
        }

        if (request.Client.Definition.BackchannelLogoutUri is not null)
        {
            // Before the code: whoever gets tokens of the session is on its list.
            var session = request.Caller.Live.Session;
            await grains.SessionClients(session.Key).AddAsync(request.Client.Id, new LoginDescription(session.Handle, session.User, session.EndsAt));
        }

        var code = Random();
        await grains.AuthorizationCode(SecretKey.FromSecret(code)).IssueAsync(new CodeSnapshot(
            authorization, request.RedirectUri!, request.RedirectUriGiven, request.Challenge, time.GetUtcNow() + options.Value.CodeLifetime));
        return new AuthorizeOutcome.Issued(code);
    }

    private AuthorizationSnapshot Authorization(AuthorizeRequest request)
    {
        var live = request.Caller.Live;
        return new AuthorizationSnapshot
        {
            Client = request.Client.Id,
            ClientEpoch = request.Client.Epoch,
            User = live.User.Key,
            UserEpoch = live.User.Epoch,
            GrantEpoch = request.Grant!.Epoch,
            Session = request.OAuthScopes.Contains(OAuthScopes.OfflineAccess) ? null : live.Session.Key,
            SessionHandle = live.Session.Handle,
            AuthenticatedAt = live.Session.StartedAt,
            Acr = AuthenticationContexts.Password,
            OAuthScopes = request.OAuthScopes,
            Context = request.Context?.Path,
            ContextEpoch = request.Context?.Epoch ?? 0,
            Audiences = request.Access.AudiencesFor(issuer.Value),
            Nonce = request.Parameters.Find("nonce"),
            Claims = request.Wishes.Claims,
            DpopThumbprint = request.DpopThumbprint,
            AuthTimeRequested = request.Wishes.MaxAgeGiven || request.Client.Definition.RequireAuthTime,
        };
    }

    /// <summary>256 random bits.</summary>
    private static string Random() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
}
