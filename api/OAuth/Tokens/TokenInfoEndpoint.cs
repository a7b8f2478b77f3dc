using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Requests;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// The check of Flarecast's services (contracts/flarecast.md): whose token it is, and for what. A token in the query is a leak; it never reaches
/// a log here, and operators can switch it off.
/// </summary>
internal sealed class TokenInfoEndpoint(TokenCheck tokens, Challenges challenges, IOptions<OAuthOptions> options)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/oauth/tokeninfo";

    /// <summary>Maps the endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<TokenInfoEndpoint>();
        routes.MapMethods(Path, ["GET", "HEAD"], endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("TokenInfo", "Whose token it is, and for what.", endpoint.AnswerAsync, 200, 400, 401, 503)
            .TakesQuery("access_token", "The token; better sent as a bearer token.");
        routes.MapPost(Path, endpoint.AnswerAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("TokenInfoByPost", "The same, with the token in the header or the form.", endpoint.AnswerAsync, 200, 400, 401, 503)
            .TakesForm("access_token");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // 1. The token, from header, form or query.  2. Whether it is live and for us.
        var (presented, refusal) = await FindTokenAsync(context);
        LiveAccessToken? live = null;
        if (refusal is null)
        {
            (live, refusal) = presented is null
                ? (null, OAuthError.InvalidToken("The access token is missing."))
                : await tokens.FindLiveAsync(context, presented);
        }

        if (refusal is not null)
        {
            challenges.Refuse(context, refusal, presented?.IsDpop ?? false);
            await refusal.WriteAsync(context);
            return;
        }

        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", Write, live!);
    }

    private async ValueTask<(PresentedToken? Token, OAuthError? Refusal)> FindTokenAsync(HttpContext context)
    {
        var (query, problem) = RequestParameters.ReadQuery(context.Request);
        if (problem is not null)
        {
            return (null, OAuthError.InvalidRequest("The query is malformed."));
        }

        if (query.Find("access_token") is not null)
        {
            if (!options.Value.QueryTokens)
            {
                return (null, OAuthError.InvalidRequest("A token in the query is not taken here."));
            }

            var (form, refusal) = HttpMethods.IsPost(context.Request.Method) ? await OAuthForm.ReadAsync(context) : (Parameters.None, null);
            return refusal is not null ? (null, refusal)
                : form.Find("access_token") is not null ? (null, OAuthError.InvalidRequest("The token came in more than one way."))
                : PresentedToken.Of(context.Request.Headers.Authorization, query);
        }

        return await PresentedToken.OfHeaderOrFormAsync(context);
    }

    private static void Write(Utf8JsonWriter json, LiveAccessToken live)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, Subjects.NumberOf(live.Token.Subject));
        json.WriteString("sub"u8, live.Token.Subject);
        json.WriteStartArray("scope"u8);
        foreach (var oauthScope in live.Token.OAuthScopes)
        {
            json.WriteStringValue(oauthScope);
        }

        json.WriteEndArray();
        json.WriteString("client_id"u8, live.Token.Client.Value);
        json.WriteNumber("exp"u8, live.Token.EndsAt.ToUnixTimeSeconds());
        if (live.Live.User is { } user)
        {
            json.WriteString("username"u8, user.Profile.UserName);
        }

        if (live.Live.Context is { } context)
        {
            json.WriteString("context"u8, context.Path.Value);
            json.WriteStartArray("roles"u8);
            foreach (var role in live.Live.Roles)
            {
                json.WriteStringValue(role);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
