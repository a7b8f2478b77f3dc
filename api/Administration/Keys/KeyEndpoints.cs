using Platform.Api.Administration.Http;
using Platform.Grains.Administration.Keys;

namespace Platform.Api.Administration.Keys;

/// <summary>Signing keys by REST: what is published of them.</summary>
internal sealed class KeyEndpoints(KeyAdministration keys)
{
    private const string Group = "Keys";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new KeyEndpoints(routes.Services.GetRequiredService<KeyAdministration>());
        routes.MapGet("/keys", Group, "ListKeys", "The signing keys: which sign, which verify, and until when.", endpoints.ListAsync);
        routes.MapChange("POST", "/keys/rotate", Group, "RotateKeys", "Makes a key for each algorithm that signs from now on; the earlier ones keep verifying.", endpoints.RotateAsync);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request) =>
        AdministrationAnswer.Of(await keys.ListAsync(request.Actor, request.Aborted), Describe);

    private async Task<AdministrationAnswer> RotateAsync(AdministrationRequest request) =>
        AdministrationAnswer.Of(await keys.RotateAsync(request.Actor, request.Aborted), Describe);

    private static KeysDocument Describe(AdministeredKeys ring) =>
        new([.. ring.Keys.Select(key => new KeyDocument(key.Id, key.Algorithm, key.Signs, key.PublishedAt, key.SignsFrom, key.EndsAt))]);

    private sealed record KeysDocument(IReadOnlyList<KeyDocument> Items);

    private sealed record KeyDocument(string Id, string Algorithm, bool Signs, DateTimeOffset PublishedAt, DateTimeOffset SignsFrom, DateTimeOffset EndsAt);
}
