using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.PersonalTokens;

/// <summary>
/// Tokens that a user makes for services that know nothing newer than gCube's <c>gcube-token</c>: bound to the user and one scope, with an end,
/// shown once. Made, listed and ended in a session alone, so that no token makes another.
/// </summary>
internal sealed class PersonalTokenEndpoints(IPlatformGrains grains, IOAuthCheck check, IAuditLog audit, IOptions<OAuthOptions> options, TimeProvider time)
{
    /// <summary>Maps the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        const string list = "/personal-tokens", one = "/personal-tokens/{handle}";
        var endpoints = routes.ServiceProvider.GetRequiredService<PersonalTokenEndpoints>();
        routes.MapMethods(list, ["GET", "HEAD"], endpoints.ListAsync).ForSession().Offering(Offers.Own)
            .Describe("ListPersonalTokens", "The caller's personal tokens, without the tokens themselves.", endpoints.ListAsync, 200, 401, 503);
        routes.MapPost(list, endpoints.MakeAsync).ForSession().Offering(Offers.Own)
            .Describe("MakePersonalToken", "Makes a personal token for a scope; it is shown this once.", endpoints.MakeAsync, 201, 400, 401, 403, 409, 503)
            .TakesForm("name", "context", "lifetime");
        routes.MapDelete(one, endpoints.EndAsync).ForSession().Offering(Offers.Own)
            .Describe("EndPersonalToken", "Ends a personal token everywhere.", endpoints.EndAsync, 204, 401, 403, 404, 503);
    }

    private async Task ListAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        var grants = await check.ReadGrantsAsync(context.GetCaller().Live.User.Key, context.RequestAborted);
        PersonalToken[] tokens = [.. grants.PersonalTokens.Where(token => token.EndsAt > now)];
        await Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteList, tokens);
    }

    private async Task MakeAsync(HttpContext context)
    {
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
            return;
        }

        var (request, refusal) = await PersonalTokenRequest.ReadAsync(context);
        var live = context.GetCaller().Live;
        if (request is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return;
        }

        if (!live.Access.MayEnter(request.Context) || live.Access.Scopes.Find(request.Context) is not { } scope)
        {
            await Problems.WriteAsync(context, PersonalTokenErrors.NoSuchContext);
            return;
        }

        var longest = options.Value.PersonalTokenLifetime;
        var now = time.GetUtcNow();
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var token = new PersonalToken(
            SecretKey.FromSecret(secret),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            request.Name,
            scope.Path,
            scope.Epoch,
            live.User.Epoch,
            now,
            now + (request.Lifetime is { } asked && asked < longest ? asked : longest));
        if (!await grains.UserGrants(live.User.Key).AddPersonalTokenAsync(token, options.Value.PersonalTokenLimit))
        {
            await Problems.WriteAsync(context, PersonalTokenErrors.TooMany);
            return;
        }

        await RecordAsync(context, token.Handle, $"made for {scope.Path}");
        await Answer.WriteJsonAsync(context, StatusCodes.Status201Created, "application/json", WriteOne, (token, (string?)secret));
    }

    private async Task EndAsync(HttpContext context)
    {
        var handle = context.Request.RouteValues["handle"] as string ?? "";
        if (Forgery.IsForeign(context))
        {
            await Problems.WriteAsync(context, HttpErrors.CrossSite);
        }
        else if (!await grains.UserGrants(context.GetCaller().Live.User.Key).EndPersonalTokenAsync(handle))
        {
            await Problems.WriteAsync(context, PersonalTokenErrors.NoSuchToken);
        }
        else
        {
            await RecordAsync(context, handle, "ended");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private ValueTask RecordAsync(HttpContext context, string handle, string detail) => audit.RecordAsync(
        new AuditEntry(AuditActions.ChangePersonalToken, AuditEntry.Ok, context.GetCaller().Subject, handle, context.ClientAddress(), detail), CancellationToken.None);

    private static void WriteList(Utf8JsonWriter json, PersonalToken[] tokens)
    {
        json.WriteStartObject();
        json.WriteStartArray("tokens"u8);
        foreach (var token in tokens)
        {
            WriteOne(json, (token, null));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, (PersonalToken Token, string? Secret) item)
    {
        json.WriteStartObject();
        json.WriteString("handle"u8, item.Token.Handle);
        json.WriteString("name"u8, item.Token.Name);
        json.WriteString("context"u8, item.Token.Context.Value);
        json.WriteString("created"u8, item.Token.CreatedAt.UtcDateTime);
        json.WriteString("ends"u8, item.Token.EndsAt.UtcDateTime);
        if (item.Secret is { } secret)
        {
            json.WriteString("token"u8, secret);
        }

        json.WriteEndObject();
    }
}
