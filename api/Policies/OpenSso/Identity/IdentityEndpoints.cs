using System.Collections.Frozen;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;

namespace Platform.Api.Policies.OpenSso.Identity;

/// <summary>What one identity service does with a request whose parameters could be read.</summary>
internal delegate Task IdentityOperation(HttpContext context, IdentityParameters parameters);

/// <summary>OpenSSO's identity services (contracts/opentox-opensso.md, "OpenSSO identity services"), by GET or form POST, under either base path.</summary>
internal sealed class IdentityEndpoints(TokenOperations tokens, AuthorizeOperation authorize, DirectoryOperations directory)
{
    private const int MaxBytes = 16 * 1024;

    /// <summary>The services; letter case does not matter in their names.</summary>
    private readonly FrozenDictionary<string, IdentityOperation> _operations = new Dictionary<string, IdentityOperation>
    {
        ["authenticate"] = tokens.AuthenticateAsync,
        ["isTokenValid"] = tokens.IsTokenValidAsync,
        ["logout"] = tokens.LogOutAsync,
        ["authorize"] = authorize.AuthorizeAsync,
        ["attributes"] = directory.AttributesAsync,
        ["search"] = directory.SearchAsync,
        ["read"] = directory.ReadAsync,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<IdentityEndpoints>();
        Map(routes, "/opensso/identity/{op}", "OpenSsoIdentity", endpoints.RunAsync);
        Map(routes, "/auth/{op}", "OpenSsoAuth", endpoints.RunAsync);
    }

    private static void Map(IEndpointRouteBuilder routes, string pattern, string name, RequestDelegate handler)
    {
        routes.MapGet(pattern, handler).WithMetadata(new LineErrors()).ForAnyone().Offering(Offers.Own)
            .Describe(name, "One of OpenSSO's identity services: authenticate, isTokenValid, logout, authorize, attributes, search, read.", handler, 200, 400, 401, 429, 501, 503);
        routes.MapPost(pattern, handler).WithMetadata(new LineErrors()).ForAnyone().Offering(Offers.Own)
            .Describe(name + "WithForm", "One of OpenSSO's identity services, its parameters in a form.", handler, 200, 400, 401, 429, 501, 503)
            .TakesForm("username", "password", "tokenid", "subjectid", "uri", "action", "name", "admin", "filter");
    }

    private async Task RunAsync(HttpContext context)
    {
        if (!_operations.TryGetValue((string)context.GetRouteValue("op")!, out var operation))
        {
            await LineAnswer.RefuseAsync(context, StatusCodes.Status501NotImplemented, "GeneralFailure", "There is no such service.");
            return;
        }

        if (await IdentityParameters.ReadAsync(context, MaxBytes) is not { } parameters)
        {
            await LineAnswer.RefuseAsync(context, StatusCodes.Status400BadRequest, "GeneralFailure", "The parameters are malformed, or there are too many.");
            return;
        }

        await operation(context, parameters);
    }
}
