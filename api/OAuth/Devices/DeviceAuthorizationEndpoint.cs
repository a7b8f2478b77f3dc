using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Authorize;
using Platform.Api.OAuth.Authorize.Steps;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Credentials;
using Platform.Api.OAuth.Requests;
using Platform.Api.Sessions;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Devices;

/// <summary>
/// <c>/oauth/device</c> (RFC 8628 §3.1): gives a device a code for itself and one for its user. A DPoP proof binds the device's to its key.
/// </summary>
internal sealed class DeviceAuthorizationEndpoint(
    ClientAuthenticator clients,
    ClientRateLimit limit,
    DpopProofs proofs,
    IPlatformGrains grains,
    Issuer issuer,
    IOptions<AuthorizeOptions> options,
    TimeProvider time)
{
    private const string Path = "/oauth/device";

    /// <summary>Of 25 thousand million codes a few thousand are taken at once; a second try is rare, a tenth is a fault.</summary>
    private const int MaxTries = 10;

    /// <summary>What a request goes through, in this order, before it gets its codes.</summary>
    private readonly IClientStep<ClientRequest>[] _steps =
    [
        new ReadForm(),
        new AuthenticateClient(clients),
        new CheckGrant(),
        new LimitRate(limit),
        new CheckDpopProof(proofs),
        new ReadRequestedAccess(issuer),
    ];

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<DeviceAuthorizationEndpoint>();
        routes.MapPost(Path, endpoint.StartAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("AuthorizeDevice", "Gives a device a code that its user types at /device (RFC 8628).", endpoint.StartAsync, 200, 400, 401, 413, 429, 503)
            .TakesForm("client_id", "client_secret", "scope");
    }

    private async Task StartAsync(HttpContext context)
    {
        var request = new ClientRequest(context);
        if (!await _steps.PassAsync(request))
        {
            return;
        }

        var codes = await MakeCodesAsync(request);
        context.Response.Headers.CacheControl = "no-store";
        await Answer.WriteJsonAsync(
            context,
            StatusCodes.Status200OK,
            "application/json",
            static (json, codes) =>
            {
                json.WriteStartObject();
                json.WriteString("device_code"u8, codes.DeviceCode);
                json.WriteString("user_code"u8, codes.UserCode.ToString());
                json.WriteString("verification_uri"u8, codes.Page);
                json.WriteString("verification_uri_complete"u8, $"{codes.Page}?user_code={codes.UserCode}");
                json.WriteNumber("expires_in"u8, (long)codes.Lifetime.TotalSeconds);
                json.WriteNumber("interval"u8, (long)codes.Interval.TotalSeconds);
                json.WriteEndObject();
            },
            codes);
    }

    private async ValueTask<Codes> MakeCodesAsync(ClientRequest request)
    {
        var client = request.Client.Client;
        var access = request.Asked;
        var endsAt = time.GetUtcNow() + options.Value.DeviceLifetime;
        var deviceCode = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var key = SecretKey.FromSecret(deviceCode);
        await grains.DeviceCode(key).StartAsync(new DeviceRequest(
            client.Id,
            client.Epoch,
            ReadAccess.Counting(client, access.OAuthScopes ?? []),
            access.Context,
            access.AudiencesFor(issuer.Value),
            request.Http.ClientAddress(),
            options.Value.DeviceInterval,
            endsAt,
            request.DpopThumbprint));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var userCode = UserCode.New();
            if (await grains.UserCode(userCode.Key).ClaimAsync(key, endsAt))
            {
                return new Codes(deviceCode, userCode, issuer.Value + DevicePage.Path, options.Value.DeviceLifetime, options.Value.DeviceInterval);
            }
        }

        throw new ConflictException("No user code was free.");
    }

    /// <summary>Only clients with the grant could do anything with the codes.</summary>
    private sealed class CheckGrant : IClientStep<ClientRequest>
    {
        /// <inheritdoc/>
        public ValueTask<OAuthError?> RunAsync(ClientRequest request) => ValueTask.FromResult(request.Client.Client.MayUse(GrantTypes.DeviceCode)
            ? null
            : OAuthError.UnauthorizedClient("The client may not use the device authorization grant."));
    }

    /// <summary>The answer. Its codes are secret.</summary>
    private sealed record Codes(string DeviceCode, UserCode UserCode, string Page, TimeSpan Lifetime, TimeSpan Interval)
    {
        /// <summary>Without the codes.</summary>
        public override string ToString() => "codes of a device";
    }
}
