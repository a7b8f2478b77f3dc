using System.Globalization;
using Platform.Api.Administration.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Scopes;

namespace Platform.Api.Administration.Scopes;

/// <summary>Acceptable-use policies, by REST.</summary>
internal sealed class TermsEndpoints(TermsAdministration terms)
{
    private const string Group = "Terms";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new TermsEndpoints(routes.Services.GetRequiredService<TermsAdministration>());
        routes.MapGet("/scopes/{scope}/terms", Group, "GetTerms", "The acceptable-use policy that is in force in an infrastructure or a VO.", endpoints.GetAsync, 404);
        routes.MapChange("PUT", 512 * 1024, "/scopes/{scope}/terms", Group, "PublishTerms", "Publishes a version; without a text, changes how the present one is asked for.", endpoints.PublishAsync, 404, 412);
        routes.MapGet("/scopes/{scope}/terms/versions", Group, "ListTermsVersions", "All versions without their texts, the newest first.", endpoints.ListAsync, 404);
        routes.MapGet("/scopes/{scope}/terms/versions/{version}", Group, "GetTermsVersion", "One version with its text.", endpoints.GetVersionAsync, 404);
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) => request.RouteScope() is { } path
        ? Show(await terms.FindAsync(request.Actor, path, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> PublishAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<TermsBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } path
            ? Show(await terms.PublishAsync(request.Actor, path, body.ToPublication(), request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request) => request.RouteScope() is { } path
        ? AdministrationAnswer.Of(
            await terms.ListVersionsAsync(request.Actor, path, request.Aborted), versions => new TermsHistoryDocument([.. versions.Select(TermsVersionDocument.Of)]))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> GetVersionAsync(AdministrationRequest request)
    {
        if (request.RouteScope() is not { } path)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        // What is no number is no version either.
        _ = int.TryParse(request.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version);
        return AdministrationAnswer.Of(await terms.FindVersionAsync(request.Actor, path, version, request.Aborted), TermsVersionDocument.Of);
    }

    private static AdministrationAnswer Show(AdministrationResult<PublishedTerms> result) =>
        AdministrationAnswer.Of(result, TermsDocument.Of, published => published.Tag);
}

/// <summary>An acceptable-use policy to publish.</summary>
/// <param name="GraceDays">How many days who belongs already may go on without signing.</param>
internal sealed record TermsBody(int GraceDays)
{
    /// <summary>The text of a new version; null: the text stays.</summary>
    public string? Text { get; init; }

    /// <summary>For how many days a signature holds; null: until the next version.</summary>
    public int? RenewEveryDays { get; init; } = 365;

    /// <summary>Whether it has to be signed.</summary>
    public bool Required { get; init; } = true;

    public TermsPublication ToPublication() => new(Text, Days(GraceDays), RenewEveryDays is { } days ? Days(days) : null, Required);

    /// <summary>What is far too much stays so, without being more than a time can be.</summary>
    private static TimeSpan Days(int days) => TimeSpan.FromDays(Math.Clamp(days, -1, 1_000_000));
}

/// <summary>One version on the wire.</summary>
internal sealed record TermsVersionDocument(string Scope, int Version, string? Text, DateTimeOffset PublishedAt, string PublishedBy, bool Current)
{
    public static TermsVersionDocument Of(TermsVersion version) =>
        new(version.Scope.Value, version.Version, version.Text, version.PublishedAt, version.PublishedBy, version.IsCurrent);
}

/// <summary>All versions on the wire.</summary>
internal sealed record TermsHistoryDocument(IReadOnlyList<TermsVersionDocument> Items);

/// <summary>An acceptable-use policy on the wire.</summary>
internal sealed record TermsDocument(
    string Scope, int Version, string? Text, DateTimeOffset PublishedAt, string PublishedBy, double GraceDays, double? RenewEveryDays, bool Required)
{
    public static TermsDocument Of(PublishedTerms published) => new(
        published.Current.Scope.Value,
        published.Current.Version,
        published.Current.Text,
        published.Current.PublishedAt,
        published.Current.PublishedBy,
        published.Terms.Grace.TotalDays,
        published.Terms.RenewEvery?.TotalDays,
        published.Terms.Required);
}
