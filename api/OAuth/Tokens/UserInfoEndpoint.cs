using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Cors;
using Platform.Api.OAuth.Credentials;

namespace Platform.Api.OAuth.Tokens;

/// <summary>What a client may know of its user (OpenID Connect Core §5.3).</summary>
internal sealed class UserInfoEndpoint(TokenCheck tokens, Challenges challenges)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/oauth/userinfo";

    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<UserInfoEndpoint>();
        routes.MapMethods(Path, ["GET", "HEAD"], endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("UserInfo", "What a client may know of its user, by the access token.", endpoint.AnswerAsync, 200, 400, 401, 403, 503);
        routes.MapPost(Path, endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("UserInfoByPost", "The same, with the token in the header or the form.", endpoint.AnswerAsync, 200, 400, 401, 403, 503)
            .TakesForm("access_token");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // 1. The token, from header or form.  2. Whether it is live and for us.  3. Whether it is about a user who let it.  4. The claims.
        var (presented, refusal) = await PresentedToken.OfHeaderOrFormAsync(context);
        if (refusal is null && presented is null)
        {
            challenges.Ask(context);
            await OAuthError.InvalidToken("The access token is missing.").WriteAsync(context);
            return;
        }

        LiveAccessToken? live = null;
        if (refusal is null)
        {
            (live, refusal) = await tokens.FindLiveAsync(context, presented!);
        }

        if (live is not null)
        {
            OAuthCors.Allow(context, live.Live.Client.Definition);
        }

        if (refusal is null && (live!.Live.User is null || !live.Token.OAuthScopes.Contains(OAuthScopes.OpenId)))
        {
            refusal = new OAuthError("insufficient_scope", "The access token lacks the OAuth scope openid.", StatusCodes.Status403Forbidden);
        }

        if (refusal is not null)
        {
            challenges.Refuse(context, refusal, presented?.IsDpop ?? false, refusal.Code == "insufficient_scope" ? OAuthScopes.OpenId : null);
            await refusal.WriteAsync(context);
            return;
        }

        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", Write, live!);
    }

    private static void Write(Utf8JsonWriter json, LiveAccessToken live)
    {
        var user = live.Live.User!;
        json.WriteStartObject();
        json.WriteString("sub"u8, live.Token.Subject);
        UserClaims.Write(json, UserClaims.Of(live.Token.OAuthScopes, Named(live)), user.Profile, live.Live.Access);
        json.WriteEndObject();
    }

    /// <summary>What was asked for by name was asked by the client that the user answered, not by one that the token was exchanged for.</summary>
    private static IEnumerable<string> Named(LiveAccessToken live) =>
        live.Live.Authorization is { } authorization && authorization.Client == live.Token.Client
            ? UserClaims.AllowedTo(live.Live.Client.Definition, (ClaimsRequest.TryParse(authorization.Claims) ?? ClaimsRequest.None).UserInfo)
            : [];
}
