using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Requests;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// Ends a token at its client's wish (RFC 7009): an access token by its id, which is kept until the token would be over; a refresh token with
/// its family, access tokens included.
/// </summary>
internal sealed class RevocationEndpoint(
    ClientAuthenticator authenticator, AccessTokens accessTokens, RefreshTokens refreshTokens, IPlatformGrains grains, IAuditLog audit)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/oauth/revoke";

    /// <summary>What a request goes through, in this order.</summary>
    private readonly IClientStep<ClientRequest>[] _steps =
    [
        new ReadForm(),
        new RequireToken(),
        new AuthenticateClient(authenticator),
        new AllowOrigin(),
        new EndToken(accessTokens, refreshTokens, grains, audit),
    ];

    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<RevocationEndpoint>();
        routes.MapPost(Path, endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("Revoke", "Ends a token (RFC 7009).", endpoint.AnswerAsync, 200, 400, 401, 429, 503)
            .TakesForm("token", "token_type_hint", "client_id", "client_secret");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!await _steps.PassAsync(new ClientRequest(context)))
        {
            return;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
    }
}

/// <summary>Ends the token. An unknown one is as ended as can be (RFC 7009 §2.2).</summary>
internal sealed class EndToken(AccessTokens accessTokens, RefreshTokens refreshTokens, IPlatformGrains grains, IAuditLog audit) : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(ClientRequest request) => EndAsync(request.Http, request.Client.Client, request.Form.Find("token")!);

    private async ValueTask<OAuthError?> EndAsync(HttpContext context, ClientSnapshot client, string text)
    {
        if (await accessTokens.ReadAsync(text, context.RequestAborted) is { } token)
        {
            if (token.Client != client.Id)
            {
                return NotTheirs();
            }

            // No cancellation: a client that hangs up has still asked for the end.
            await grains.RevokedToken(token.Id).RevokeAsync(token.EndsAt);
            await RecordAsync(context, token.Subject, client, "access-token");
            return null;
        }

        if (await refreshTokens.ReadAsync(text, context.RequestAborted) is { } refreshToken
            && await grains.TokenFamily(refreshToken.Family).FindAsync() is { } family)
        {
            if (family.Authorization.Client != client.Id)
            {
                return NotTheirs();
            }

            await grains.TokenFamily(refreshToken.Family).EndAsync();
            await RecordAsync(context, family.Authorization.User.ToString(), client, "refresh-token");
        }

        return null;
    }

    /// <summary>RFC 7009 §2.1: the request is refused, and the client is told.</summary>
    private static OAuthError NotTheirs() => OAuthError.InvalidGrant("The token was made for another client.");

    private ValueTask RecordAsync(HttpContext context, string subject, ClientSnapshot client, string what) => audit.RecordAsync(
        new AuditEntry(AuditActions.EndTokens, AuditEntry.Ok, subject, $"client:{client.Id}", context.ClientAddress(), what), CancellationToken.None);
}
