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
/// <c>/oauth/device</c> (RFC 8628 §3.1). Its steps: the form; the client proves who it is; it may use the grant, and not too often; a DPoP
/// proof binds the device code to its key; what is asked for; the codes.
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
        var (answer, refusal) = await TakeAsync(context);
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

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
            answer!);
    }

    private async ValueTask<(Codes? Answer, OAuthError? Refusal)> TakeAsync(HttpContext context)
    {
        var (form, refusal) = await OAuthForm.ReadAsync(context);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var (live, refused) = await clients.AuthenticateAsync(context, form);
        if (live is null)
        {
            return (null, refused);
        }

        if (!live.Client.MayUse(GrantTypes.DeviceCode))
        {
            return (null, OAuthError.UnauthorizedClient("The client may not use the device authorization grant."));
        }

        if (limit.Take(context, live.Client) is { } tooMany)
        {
            return (null, tooMany);
        }

        var (thumbprint, unproven) = await proofs.CheckAsync(context, accessToken: null);
        if (unproven is not null)
        {
            return (null, unproven);
        }

        var (access, fault) = RequestedAccess.Read(context.Request.Headers[RequestedAccess.Header], form, issuer.Value);
        fault ??= access!.FindExcess(live.Client.Definition);
        return fault is not null ? (null, fault) : (await StartAsync(context, live.Client, access!, thumbprint), null);
    }

    private async ValueTask<Codes> StartAsync(HttpContext context, ClientSnapshot client, RequestedAccess access, string? thumbprint)
    {
        var endsAt = time.GetUtcNow() + options.Value.DeviceLifetime;
        var deviceCode = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        var key = SecretKey.FromSecret(deviceCode);
        await grains.DeviceCode(key).StartAsync(new DeviceRequest(
            client.Id,
            client.Epoch,
            ReadAccess.Counting(client, access.OAuthScopes ?? []),
            access.Context,
            access.AudiencesFor(issuer.Value),
            context.ClientAddress(),
            options.Value.DeviceInterval,
            endsAt,
            thumbprint));
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

    /// <summary>The answer. Its codes are secret.</summary>
    private sealed record Codes(string DeviceCode, UserCode UserCode, string Page, TimeSpan Lifetime, TimeSpan Interval)
    {
        /// <summary>Without the codes.</summary>
        public override string ToString() => "codes of a device";
    }
}
