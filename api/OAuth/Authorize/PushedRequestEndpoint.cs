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
/// <c>/oauth/par</c> (RFC 9126): keeps a request under a random name. What the authorization endpoint would refuse is refused here; a DPoP proof
/// binds the code to its key.
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

    /// <summary>What proves who the client is, and is not kept.</summary>
    private static readonly string[] Authentication = ["client_secret", "client_assertion", "client_assertion_type"];

    /// <summary>What a request goes through, in this order, before it is kept.</summary>
    private readonly IClientStep<ClientRequest>[] _steps =
    [
        new ReadForm(),
        new AuthenticateClient(clients),
        new LimitRate(limit),
        new CheckDpopProof(proofs),
        new CheckPushedRequest(steps),
        new LimitPublicClients(kept),
    ];

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
        var request = new ClientRequest(context);
        if (!await _steps.PassAsync(request))
        {
            return;
        }

        var (form, client) = (request.Form, request.Client.Client);
        var uri = FindRequest.Prefix + WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var parameters = FormText.Encode(form.All.Where(parameter => !Authentication.Contains(parameter.Key) && parameter.Key != "client_id")
            .Append(new("client_id", client.Id.Value)));

        // Its end leaves room for the person at the page; the browser has to arrive within the shorter time that is answered.
        var endsAt = time.GetUtcNow() + options.Value.PushedLifetime + options.Value.InteractionLifetime;
        await grains.PushedRequest(SecretKey.FromSecret(uri)).StoreAsync(new PushedRequest(client.Id, parameters, endsAt, request.DpopThumbprint ?? form.Find("dpop_jkt")));
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
}

/// <summary>Refuses what the authorization endpoint would refuse, and what is too large to keep.</summary>
internal sealed class CheckPushedRequest(AuthorizeSteps steps) : IClientStep<ClientRequest>
{
    /// <summary>The largest request kept, in characters.</summary>
    private const int MaxLength = 32 * 1024;

    /// <inheritdoc/>
    public async ValueTask<OAuthError?> RunAsync(ClientRequest request)
    {
        // RFC 9126 §2.1: no request within a request.
        if (request.Form.Find("request_uri") is not null)
        {
            return OAuthError.InvalidRequest("A pushed request has no request_uri.");
        }

        if (request.Form.All.Sum(parameter => parameter.Key.Length + parameter.Value.Length) > MaxLength)
        {
            return OAuthError.InvalidRequest("The request is too large.") with { Status = StatusCodes.Status413PayloadTooLarge };
        }

        var authorize = new AuthorizeRequest(request.Http)
        {
            Parameters = request.Form,
            Client = request.Client.Client,
            PushedUri = FindRequest.Prefix,
            DpopThumbprint = request.DpopThumbprint,
        };
        return await steps.UnderstandAsync(authorize, request.Aborted) is AuthorizeOutcome.Refused refused ? refused.Error : null;
    }
}

/// <summary>Anybody can say to be a public client, so that its rows count as those of whoever sends them.</summary>
internal sealed class LimitPublicClients(KeptRequests kept) : IClientStep<ClientRequest>
{
    /// <inheritdoc/>
    public ValueTask<OAuthError?> RunAsync(ClientRequest request)
    {
        if (!request.Client.Client.IsPublic || kept.MayStore(request.Http))
        {
            return ValueTask.FromResult<OAuthError?>(null);
        }

        request.Http.Response.Headers.RetryAfter = "60";
        return ValueTask.FromResult<OAuthError?>(OAuthError.SlowDown("Too many requests were pushed from this address. Wait."));
    }
}
