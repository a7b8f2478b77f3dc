using System.Globalization;
using System.Net;
using Platform.Api.Sessions;
using Platform.Api.Users;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Users;

namespace Platform.Api.OAuth.Tokens.Grants;

/// <summary>
/// Tokens for a user's name and password (RFC 6749 §4.3), for clients alone that an administrator marked as legacy: Flarecast's InfraViewer.
/// The password is checked as at a login, with the same throttle and in the same time.
/// </summary>
internal sealed class PasswordGrant(
    ILogin logins, IPlatformGrains grains, IOAuthCheck check, ITokenIssuer tokens, Issuer issuer, IAuditLog audit, TimeProvider time) : ITokenGrant
{
    /// <inheritdoc/>
    public string Type => GrantTypes.Password;

    /// <inheritdoc/>
    public async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> RunAsync(TokenRequest request)
    {
        if (request.Form.Find("username") is not { Length: > 0 } userName || request.Form.Find("password") is not { Length: > 0 } password)
        {
            return (null, OAuthError.InvalidRequest("The username or the password is missing."));
        }

        var http = request.Http;
        var attempt = new LoginAttempt(userName, password, http.Connection.RemoteIpAddress ?? IPAddress.None, http.Request.Headers.UserAgent.ToString());
        switch (await logins.VerifyAsync(attempt, request.Aborted))
        {
            case LoginResult.Verified { User: var user }:
                return await StartAsync(request, user);
            case LoginResult.Throttled { RetryAfter: var wait }:
                http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return (null, OAuthError.SlowDown("Too many failed logins. Wait."));
            case LoginResult.DirectoryUnavailable:
                return (null, new OAuthError("temporarily_unavailable", "The directory of users does not answer. Try again.", StatusCodes.Status503ServiceUnavailable));
            default:
                return (null, OAuthError.InvalidGrant("The user name or the password is wrong."));
        }
    }

    private async ValueTask<(IssuedTokens? Tokens, OAuthError? Refusal)> StartAsync(TokenRequest request, UserSnapshot user)
    {
        var client = request.Client.Client;
        var grant = await grains.UserGrants(user.Key).GiveAsync(client.Id, [], null);
        var outside = new AuthorizationSnapshot
        {
            Client = client.Id,
            ClientEpoch = client.Epoch,
            User = user.Key,
            UserEpoch = user.Epoch,
            GrantEpoch = grant.Epoch,
            AuthenticatedAt = time.GetUtcNow(),
            Acr = AuthenticationContexts.Password,
            OAuthScopes = request.Asked.OAuthScopes ?? TokenIssuer.DefaultOAuthScopes(client.Definition),
            Audiences = request.Asked.AudiencesFor(issuer.Value),
            DpopThumbprint = request.DpopThumbprint,
        };
        if (await check.FindLiveAsync(outside, request.Aborted) is not { } before)
        {
            return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }

        var (context, refusal) = request.Asked.FindContext(before.Access, null);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var authorization = outside with { Context = context?.Path, ContextEpoch = context?.Epoch ?? 0 };
        if (await check.FindLiveAsync(authorization, request.Aborted) is not { } grounds
            || await tokens.StartAsync(authorization, grounds, FamilyId.New(), request.Aborted) is not { } issued)
        {
            return (null, OAuthError.InvalidGrant(OAuthTexts.GrantRefused));
        }

        await audit.RecordAsync(
            new AuditEntry(AuditActions.Grant, AuditEntry.Ok, user.Key.ToString(), $"client:{client.Id}", request.Http.ClientAddress(), "password"),
            CancellationToken.None);
        return (issued, null);
    }
}
