using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Cors;
using Platform.Api.OAuth.Credentials;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Registration;

/// <summary>
/// Registers clients (RFC 7591, OpenID Connect Registration), and lets them manage their registration by the token that they got for it (RFC 7592).
/// Secrets and tokens are made here, shown once, and kept as SHA-256.
/// </summary>
internal sealed class RegistrationEndpoint(
    RegistrationGate gate, ClientMetadata metadata, IPlatformGrains grains, IOAuthCheck check, Challenges challenges, Issuer issuer, IAuditLog audit)
{
    /// <summary>The endpoint's path.</summary>
    public const string Path = "/oauth/register";

    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        const string one = Path + "/{id}";
        var endpoint = routes.ServiceProvider.GetRequiredService<RegistrationEndpoint>();
        routes.MapPost(Path, endpoint.RegisterAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("RegisterClient", "Registers an OAuth client (RFC 7591).", endpoint.RegisterAsync, 201, 400, 401, 403, 429, 503);
        routes.MapGet(one, endpoint.ReadAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("ReadClient", "A client's registration, by its registration token (RFC 7592).", endpoint.ReadAsync, 200, 401, 503);
        routes.MapPut(one, endpoint.ReplaceAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("ReplaceClient", "Replaces a client's registration.", endpoint.ReplaceAsync, 200, 400, 401, 503);
        routes.MapDelete(one, endpoint.DeleteAsync).ForAnyoneUnseen().Offering(Offers.Own)
            .Describe("DeleteClient", "Deletes a client, which ends all its tokens.", endpoint.DeleteAsync, 204, 401, 503);
    }

    private async Task RegisterAsync(HttpContext context)
    {
        // 1. Who may register.  2. The metadata, all faults at once.  3. Secret and token.  4. The client.
        if (gate.FindRefusal(context) is { } refused)
        {
            await RefuseAsync(context, refused);
            return;
        }

        var (definition, refusal) = await ReadMetadataAsync(context);
        if (definition is null)
        {
            await refusal!.WriteAsync(context);
            return;
        }

        var id = new ClientId(NewSecret(16));
        var token = NewSecret(32);
        var secret = HasSecret(definition.Authentication) ? NewSecret(32) : null;
        definition = definition with { RegistrationTokenHash = HashOf(token), Secrets = secret is null ? [] : [KeptSecret(secret)] };
        if (FindRefusal(definition) is { } against)
        {
            await against.WriteAsync(context);
            return;
        }

        if (!await grains.Client(id).RegisterAsync(definition) || await check.DescribeClientAsync(id, context.RequestAborted) is not { } client)
        {
            throw new InvalidOperationException("A new client's id is another client's already.");
        }

        await RecordAsync(context, id, "registered");
        await AnswerAsync(context, StatusCodes.Status201Created, client, secret, token);
    }

    private async Task ReadAsync(HttpContext context)
    {
        if (await FindManagedAsync(context) is { } client)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, client, null, null);
        }
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        if (await FindManagedAsync(context) is not { } client)
        {
            return;
        }

        var (definition, refusal) = await ReadMetadataAsync(context, client.Id);
        if (definition is null)
        {
            await refusal!.WriteAsync(context);
            return;
        }

        // What an operator set, and what proves the client, is not the registration's to change.
        var before = client.Definition;
        var secret = HasSecret(definition.Authentication) && before.Secrets.IsEmpty ? NewSecret(32) : null;
        definition = definition with
        {
            RegistrationTokenHash = before.RegistrationTokenHash,
            Secrets = !HasSecret(definition.Authentication) ? [] : secret is null ? before.Secrets : [KeptSecret(secret)],
            Audiences = before.Audiences,
            AccessTokenLifetime = before.AccessTokenLifetime,
            IdTokenLifetime = before.IdTokenLifetime,
            RefreshTokenLifetime = before.RefreshTokenLifetime,
            RefreshTokenIdleLifetime = before.RefreshTokenIdleLifetime,
            RequestsPerSecond = before.RequestsPerSecond,
            RequestBurst = before.RequestBurst,
            Origins = before.Origins,
        };
        if (FindRefusal(definition) is { } against)
        {
            await against.WriteAsync(context);
            return;
        }

        if (!await grains.Client(client.Id).RedefineAsync(definition) || await check.DescribeClientAsync(client.Id, context.RequestAborted) is not { } changed)
        {
            await RefuseAsync(context, OAuthError.InvalidToken("The registration is not there any more."));
            return;
        }

        await RecordAsync(context, client.Id, "changed");
        await AnswerAsync(context, StatusCodes.Status200OK, changed, secret, null);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if (await FindManagedAsync(context) is { } client)
        {
            await grains.Client(client.Id).DeleteAsync();
            await RecordAsync(context, client.Id, "deleted");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>The client that the registration token is of; null where the request has been answered with an error, the same whatever is wrong.</summary>
    private async ValueTask<ClientSnapshot?> FindManagedAsync(HttpContext context)
    {
        var (token, refusal) = PresentedToken.OfHeader(context.Request.Headers.Authorization);
        if (refusal is null
            && token is { IsDpop: false }
            && ClientId.TryParse(context.Request.RouteValues["id"] as string, out var id)
            && await check.DescribeClientAsync(id, context.RequestAborted) is { Suspended: false } client
            && RegistrationGate.IsToken(token.Text, client.Definition.RegistrationTokenHash))
        {
            OAuthCors.Allow(context, client.Definition);
            return client;
        }

        await RefuseAsync(context, OAuthError.InvalidToken("The registration access token is missing, or is not of this client."));
        return null;
    }

    private async ValueTask<(ClientDefinition? Definition, OAuthError? Refusal)> ReadMetadataAsync(HttpContext context, ClientId? id = null)
    {
        if (!context.Request.HasJsonContentType() || await JsonBody.ReadAsync(context) is not { } body)
        {
            return (null, new OAuthError("invalid_client_metadata", "The body has to be a JSON object that names each member once."));
        }

        // RFC 7592 §2.2: the id has to be there, so that a registration sent to the wrong address is noticed.
        return id is { } expected && (!body.TryGetProperty("client_id", out var named) || named.ValueKind != JsonValueKind.String || named.GetString() != expected.Value)
            ? (null, OAuthError.InvalidRequest("The client_id is missing, or is not that of the address."))
            : await metadata.ReadAsync(body, context.RequestAborted);
    }

    /// <summary>What holds for every client holds for registered ones, too.</summary>
    private static OAuthError? FindRefusal(ClientDefinition definition)
    {
        var faults = ClientRules.FindFaults(definition).ToList();
        return faults.Count == 0 ? null : new OAuthError("invalid_client_metadata", string.Join("; ", faults.Select(fault => $"{fault.Member}: {fault.Message}")));
    }

    private Task AnswerAsync(HttpContext context, int status, ClientSnapshot client, string? secret, string? token)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        return Answer.WriteJsonAsync(context, status, "application/json", Write, new Registered(client, secret, token, issuer.At($"{Path}/{Uri.EscapeDataString(client.Id.Value)}")));
    }

    private static void Write(Utf8JsonWriter json, Registered registered)
    {
        json.WriteStartObject();
        json.WriteString("client_id"u8, registered.Client.Id.Value);
        json.WriteNumber("client_id_issued_at"u8, registered.Client.CreatedAt.ToUnixTimeSeconds());
        if (registered.Secret is { } secret)
        {
            json.WriteString("client_secret"u8, secret);
            json.WriteNumber("client_secret_expires_at"u8, 0);
        }

        if (registered.Token is { } token)
        {
            json.WriteString("registration_access_token"u8, token);
        }

        json.WriteString("registration_client_uri"u8, registered.Address);
        ClientMetadata.Write(json, registered.Client.Definition);
        json.WriteEndObject();
    }

    private Task RefuseAsync(HttpContext context, OAuthError error)
    {
        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            challenges.Refuse(context, error, isDpop: false);
        }

        return error.WriteAsync(context);
    }

    private ValueTask RecordAsync(HttpContext context, ClientId id, string what) => audit.RecordAsync(
        new AuditEntry(AuditActions.ChangeClient, AuditEntry.Ok, $"client:{id}", $"client:{id}", context.ClientAddress(), what), CancellationToken.None);

    private static bool HasSecret(ClientAuthentication method) => method is ClientAuthentication.SecretBasic or ClientAuthentication.SecretPost;

    private static string NewSecret(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static ClientSecret KeptSecret(string secret) => new(SecretHashing.Sha256, HashOf(secret), null);

    /// <summary>A registration as it is answered. Its text is secret.</summary>
    private sealed record Registered(ClientSnapshot Client, string? Secret, string? Token, string Address)
    {
        public override string ToString() => $"registration of {Client.Id}";
    }
}
