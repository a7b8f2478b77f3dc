using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Requests;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// Tells a service what a token says, and whether it counts now (RFC 7662). For clients that prove who they are: others could try tokens out. A
/// client is told of tokens for the platform, for itself, for an audience of its own, and of those that were made for it.
/// </summary>
internal sealed class IntrospectionEndpoint(
    ClientAuthenticator authenticator, AccessTokens accessTokens, RefreshTokens refreshTokens, IPlatformGrains grains, IOAuthCheck check, Issuer issuer)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/oauth/introspect";

    /// <summary>What a request goes through, in this order, before the token is looked at: as an access token, or else as a refresh token.</summary>
    private readonly IClientStep<ClientRequest>[] _steps = [new ReadForm(), new RequireToken(), new AuthenticateClient(authenticator), new RefusePublicClient()];

    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<IntrospectionEndpoint>();
        routes.MapPost(Path, endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("Introspect", "What a token says, and whether it counts now (RFC 7662).", endpoint.AnswerAsync, 200, 400, 401, 429, 503)
            .TakesForm("token", "token_type_hint", "client_id", "client_secret");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = new ClientRequest(context);
        if (!await _steps.PassAsync(request))
        {
            return;
        }

        var text = request.Form.Find("token")!;
        var client = request.Client.Client;
        var live = await accessTokens.FindLiveAsync(text, null, context.RequestAborted);
        if (live is not null)
        {
            await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteAccessToken, (IsFor(live.Token, client) ? live : null, issuer.Value));
            return;
        }

        var family = await FindRefreshTokenAsync(text, client, context.RequestAborted);
        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteRefreshToken, (family, issuer.Value));
    }

    private bool IsFor(AccessToken token, ClientSnapshot client) =>
        token.Client == client.Id
        || token.Audiences.Any(audience => audience == issuer.Value || audience == client.Id.Value || client.Definition.Audiences.Contains(audience));

    /// <summary>A refresh token is shown to the client that it was made for alone.</summary>
    private async ValueTask<FamilySnapshot?> FindRefreshTokenAsync(string text, ClientSnapshot client, CancellationToken cancellationToken)
    {
        if (await refreshTokens.ReadAsync(text, cancellationToken) is not { } token
            || await grains.TokenFamily(token.Family).FindAsync() is not { HasRefreshToken: true } family
            || family.Generation != token.Generation
            || family.Authorization.Client != client.Id
            || await check.FindLiveAsync(family.Authorization, cancellationToken) is null)
        {
            return null;
        }

        return family;
    }

    private static void WriteAccessToken(Utf8JsonWriter json, (LiveAccessToken? Live, string Issuer) answer)
    {
        json.WriteStartObject();
        json.WriteBoolean("active"u8, answer.Live is not null);
        if (answer.Live is { Token: var token, Live: var live })
        {
            json.WriteString("iss"u8, answer.Issuer);
            json.WriteString("jti"u8, token.Id);
            (token with { Roles = [.. live.Roles] }).WriteShared(json);
            json.WriteString("token_type"u8, token.DpopThumbprint is null ? "Bearer" : "DPoP");
            if (live.User is { } user)
            {
                json.WriteString("username"u8, user.Profile.UserName);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteRefreshToken(Utf8JsonWriter json, (FamilySnapshot? Family, string Issuer) answer)
    {
        json.WriteStartObject();
        json.WriteBoolean("active"u8, answer.Family is not null);
        if (answer.Family is { } family)
        {
            json.WriteString("iss"u8, answer.Issuer);
            json.WriteString("client_id"u8, family.Authorization.Client.Value);
            json.WriteString("scope"u8, string.Join(' ', family.Authorization.OAuthScopes));
            json.WriteNumber("exp"u8, (family.IdleEndsAt < family.EndsAt ? family.IdleEndsAt : family.EndsAt).ToUnixTimeSeconds());
        }

        json.WriteEndObject();
    }

    /// <summary>A client that cannot prove who it is would be anybody who tries tokens out.</summary>
    private sealed class RefusePublicClient : IClientStep<ClientRequest>
    {
        /// <inheritdoc/>
        public ValueTask<OAuthError?> RunAsync(ClientRequest request) => ValueTask.FromResult(request.Client.Client.IsPublic
            ? OAuthError.InvalidClient("A client that cannot prove who it is is told nothing about tokens.")
            : null);
    }
}
