using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Authorize.Steps;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Requests;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Authorize;

/// <summary>
/// <c>/oauth/par</c> (RFC 9126). Its steps: the form; the client proves who it is, and comes not too often; a DPoP proof binds the code to its
/// key; no request within a request; what the authorization endpoint would refuse is refused here; the request is kept under a random name.
/// </summary>
internal sealed class PushedRequestEndpoint(
    ClientAuthenticator clients,
    ClientRateLimit limit,
    DpopProofs proofs,
    AuthorizeSteps steps,
    KeptRequests kept,
    IPlatformGrains grains,
    IOptions<AuthorizeOptions> options,
    TimeProvider time)
{
    private const string Path = "/oauth/par";

    /// <summary>The largest request kept, in characters.</summary>
    private const int MaxLength = 32 * 1024;

    /// <summary>What proves who the client is, and is not kept.</summary>
    private static readonly string[] Authentication = ["client_secret", "client_assertion", "client_assertion_type"];

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<PushedRequestEndpoint>();
        routes.MapPost(Path, endpoint.PushAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("PushAuthorizationRequest", "Takes an authorization request from a client and names it (RFC 9126).", endpoint.PushAsync, 201, 400, 401, 413, 429, 503)
            .TakesForm("client_id", "client_secret", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method");
    }

    private async Task PushAsync(HttpContext context)
    {
        var (form, malformed) = await OAuthForm.ReadAsync(context);
        if (malformed is not null)
        {
            await malformed.WriteAsync(context);
            return;
        }

        var (live, refused) = await clients.AuthenticateAsync(context, form);
        if (live is null)
        {
            await refused!.WriteAsync(context);
            return;
        }

        if (limit.Take(context, live.Client) is { } tooMany)
        {
            await tooMany.WriteAsync(context);
            return;
        }

        var (thumbprint, fault) = await proofs.CheckAsync(context, accessToken: null);
        fault ??= await FindFaultAsync(context, live.Client, form, thumbprint) ?? FindRefusalToStore(context, live.Client);
        if (fault is not null)
        {
            await fault.WriteAsync(context);
            return;
        }

        var uri = FindRequest.Prefix + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var parameters = FormText.Encode(form.All.Where(parameter => !Authentication.Contains(parameter.Key) && parameter.Key != "client_id")
            .Append(new("client_id", live.Client.Id.Value)));

        // Its end leaves room for the person at the page; the browser has to arrive within the shorter time that is answered.
        var endsAt = time.GetUtcNow() + options.Value.PushedLifetime + options.Value.InteractionLifetime;
        await grains.PushedRequest(SecretKey.FromSecret(uri)).StoreAsync(new PushedRequest(live.Client.Id, parameters, endsAt, thumbprint ?? form.Find("dpop_jkt")));
        context.Response.Headers.CacheControl = "no-store";
        await Answer.WriteJsonAsync(
            context,
            StatusCodes.Status201Created,
            "application/json",
            static (json, pushed) =>
            {
                json.WriteStartObject();
                json.WriteString("request_uri"u8, pushed.Uri);
                json.WriteNumber("expires_in"u8, (long)pushed.Lifetime.TotalSeconds);
                json.WriteEndObject();
            },
            (Uri: uri, Lifetime: options.Value.PushedLifetime));
    }

    /// <summary>Anybody can say to be a public client, so that its rows count as those of whoever sends them.</summary>
    private OAuthError? FindRefusalToStore(HttpContext context, ClientSnapshot client)
    {
        if (!client.IsPublic || kept.MayStore(context))
        {
            return null;
        }

        context.Response.Headers.RetryAfter = "60";
        return OAuthError.SlowDown("Too many requests were pushed from this address. Wait.");
    }

    private async ValueTask<OAuthError?> FindFaultAsync(HttpContext context, ClientSnapshot client, Parameters form, string? thumbprint)
    {
        // RFC 9126 §2.1: no request within a request.
        if (form.Find("request_uri") is not null)
        {
            return OAuthError.InvalidRequest("A pushed request has no request_uri.");
        }

        if (form.All.Sum(parameter => parameter.Key.Length + parameter.Value.Length) > MaxLength)
        {
            return OAuthError.InvalidRequest("The request is too large.") with { Status = StatusCodes.Status413PayloadTooLarge };
        }

        var request = new AuthorizeRequest(context) { Parameters = form, Client = client, PushedUri = FindRequest.Prefix, DpopThumbprint = thumbprint };
        return await steps.UnderstandAsync(request, context.RequestAborted) is AuthorizeOutcome.Refused refused ? refused.Error : null;
    }
}
