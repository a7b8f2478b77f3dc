using System.Collections.Immutable;
using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Users;

namespace Platform.Api.Administration.Clients;

/// <summary>OAuth clients by REST: administrators see all, owners their own.</summary>
internal sealed class ClientEndpoints(ClientAdministration clients, UserAdministration users)
{
    private const string Group = "Clients";
    private const string One = "/clients/{client}";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new ClientEndpoints(routes.Services.GetRequiredService<ClientAdministration>(), routes.Services.GetRequiredService<UserAdministration>());
        routes.MapList("/clients", Group, "ListClients", "Clients by name: text=…&suspended=…&owner=….", endpoints.ListAsync);
        routes.MapCreate("/clients", Group, "AddClient", "Makes a client; its secret is shown this once.", endpoints.AddAsync);
        routes.MapGet(One, Group, "GetClient", "One client, without its secrets.", endpoints.GetAsync, 304, 404);
        routes.MapChange("PATCH", One, Group, "ChangeClient", "Changes a client; its tokens end where that takes away what they rest on. Owners change names, addresses and redirect URIs.", endpoints.ChangeAsync, 404, 412);
        routes.MapChange("DELETE", One, Group, "RemoveClient", "Removes a client with its memberships; its tokens are over.", endpoints.RemoveAsync, 404, 412);
        routes.MapCreate(One + "/rotate-secret", Group, "RotateClientSecret", "Gives a client another secret, shown this once; the earlier ones stay valid for overlapSeconds.", endpoints.RotateAsync, 404, 412);
        routes.MapChange("POST", One + "/suspend", Group, "SuspendClient", "Refuses a client everywhere; its tokens are over.", request => endpoints.SetSuspendedAsync(request, true), 404, 412);
        routes.MapChange("POST", One + "/resume", Group, "ResumeClient", "Lets a suspended client in again.", request => endpoints.SetSuspendedAsync(request, false), 404, 412);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        bool? suspended = null;
        var (page, refusal) = request.ReadPage();
        if ((refusal ?? QueryValues.Read(request, "suspended", out suspended)) is { } wrong)
        {
            return wrong;
        }

        UserKey? owner = request.Query.Find("owner") is { } named ? await users.FindKeyAsync(named, request.Aborted) ?? new UserKey(UserKey.Local, "-") : null;
        var filter = new ClientFilter { Text = request.Query.Find("text"), Suspended = suspended, Owner = owner };
        var result = await clients.ListAsync(request.Actor, filter, page!, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, ListedClientDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> AddAsync(AdministrationRequest request)
    {
        var (body, refusal) = Read<NewClientBody>(request);
        if (body is null)
        {
            return refusal!;
        }

        var made = new NewClient(body.Id, body.Apply(new ClientDefinition()), body.Owners.Or([]));
        var result = await clients.CreateAsync(request.Actor, made, request.Aborted);
        return Show(result, StatusCodes.Status201Created);
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) =>
        Show(await clients.FindAsync(request.Actor, request.Route("client"), request.Aborted));

    private async Task<AdministrationAnswer> ChangeAsync(AdministrationRequest request)
    {
        var (body, refusal) = Read<ClientBody>(request);
        if (body is null)
        {
            return refusal!;
        }

        var change = new ClientChange(body.Apply, body.Owners.IsGiven ? body.Owners.Value : (ImmutableArray<string>?)null);
        return Show(await clients.ChangeAsync(request.Actor, request.Route("client"), change, request.IfMatch, request.Aborted));
    }

    private async Task<AdministrationAnswer> RemoveAsync(AdministrationRequest request) =>
        AdministrationAnswer.Of(await clients.RemoveAsync(request.Actor, request.Route("client"), request.IfMatch, request.Aborted));

    private async Task<AdministrationAnswer> RotateAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.Body.IsEmpty ? (new RotateBody(), null) : request.ReadBody<RotateBody>();
        return body is null
            ? refusal!
            : Show(await clients.RotateSecretAsync(request.Actor, request.Route("client"), TimeSpan.FromSeconds(body.OverlapSeconds), request.IfMatch, request.Aborted), StatusCodes.Status200OK);
    }

    private async Task<AdministrationAnswer> SetSuspendedAsync(AdministrationRequest request, bool suspended) =>
        Show(await clients.SetSuspendedAsync(request.Actor, request.Route("client"), suspended, request.IfMatch, request.Aborted));

    private static (T? Body, Problem? Refusal) Read<T>(AdministrationRequest request)
        where T : ClientBody
    {
        var (body, refusal) = request.ReadBody<T>();
        return body is { HasKnownAuthentication: false }
            ? (null, AdministrationErrors.Of(AdministrationRefusal.Invalid("authentication", "It is none, client_secret_basic, client_secret_post or private_key_jwt.")))
            : (body, refusal);
    }

    private static AdministrationAnswer Show(AdministrationResult<AdministeredClient> result) =>
        AdministrationAnswer.Of(result, client => ClientDocument.Of(client.Client), client => client.Tag);

    private static AdministrationAnswer Show(AdministrationResult<ClientWithSecret> result, int status)
    {
        if (!result.IsDone)
        {
            return result.Refusal;
        }

        var (client, secret) = result.Value;
        var document = new ClientSecretDocument(ClientDocument.Of(client.Client), secret);
        return status == StatusCodes.Status201Created
            ? AdministrationAnswer.Created(document, $"/admin/api/clients/{Uri.EscapeDataString(client.Client.Id.Value)}", client.Tag)
            : AdministrationAnswer.Ok(document, client.Tag);
    }
}
