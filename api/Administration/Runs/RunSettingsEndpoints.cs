using Platform.Api.Administration.Http;
using Platform.Api.Runs;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Runs;

namespace Platform.Api.Administration.Runs;

/// <summary>What may run in scopes, by REST.</summary>
internal sealed class RunSettingsEndpoints(RunSettingsAdministration settings)
{
    private const string Group = "RunSettings";
    private const string One = "/scopes/{scope}/runs";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var endpoints = new RunSettingsEndpoints(routes.Services.GetRequiredService<RunSettingsAdministration>());
        routes.MapGet(One, Group, "GetRunSettings", "What a scope says of its runs, and what follows from it and from the scopes above.", endpoints.GetAsync, 404);
        routes.MapChange("PATCH", One, Group, "ChangeRunSettings", "Changes it (RFC 7396): the images that it adds, who may start runs, and limits; what is null holds as above it.", endpoints.ChangeAsync, 404, 412);
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) => request.RouteScope() is { } scope
        ? Show(await settings.FindAsync(request.Actor, scope, request.Aborted))
        : AdministrationRefusal.NoSuchScope;

    private async Task<AdministrationAnswer> ChangeAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<RunSettingsBody>();
        if (body is null)
        {
            return refusal!;
        }

        return request.RouteScope() is { } scope
            ? Show(await settings.ChangeAsync(request.Actor, scope, body.ToCore(), request.IfMatch, request.Aborted))
            : AdministrationRefusal.NoSuchScope;
    }

    private static AdministrationAnswer Show(AdministrationResult<RunSettings> result) =>
        AdministrationAnswer.Of(result, RunSettingsDocument.Of, settings => settings.Tag);
}

/// <summary>What a scope says of its runs, on the wire; null: as above it.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Images">The images that it adds.</param>
/// <param name="ForMembers">Whether every member may start runs.</param>
/// <param name="Running">How many of its runs run at a time.</param>
/// <param name="MemoryBytes">The most memory of a run, in bytes.</param>
/// <param name="Cpus">The most processors.</param>
/// <param name="TimeSeconds">The longest time, in seconds.</param>
/// <param name="InForce">What follows.</param>
/// <param name="Etag">The entity tag, for changes.</param>
internal sealed record RunSettingsDocument(
    string Scope, IReadOnlyList<string> Images, bool? ForMembers, int? Running, long? MemoryBytes, double? Cpus, double? TimeSeconds, RunsInForceDocument InForce, string Etag)
{
    public static RunSettingsDocument Of(RunSettings settings) => new(
        settings.Scope.Value,
        settings.Images,
        settings.ForMembers,
        settings.Running,
        settings.MemoryBytes,
        settings.Cpus,
        settings.Time?.TotalSeconds,
        new RunsInForceDocument(
            settings.Terms.Images, settings.Terms.ForMembers, settings.Terms.Running, RunLimitsDocument.Of(settings.Terms.Most), RunLimitsDocument.Of(settings.Terms.Otherwise)),
        settings.Tag);
}

/// <summary>What holds in a scope, on the wire.</summary>
/// <param name="Images">The images that may run.</param>
/// <param name="ForMembers">Whether every member may start runs.</param>
/// <param name="Running">How many runs run at a time.</param>
/// <param name="Most">The largest limits.</param>
/// <param name="Otherwise">The limits of a run that asks for none.</param>
internal sealed record RunsInForceDocument(IReadOnlyList<string> Images, bool ForMembers, int Running, RunLimitsDocument Most, RunLimitsDocument Otherwise);

/// <summary>A change of it (RFC 7396).</summary>
internal sealed record RunSettingsBody
{
    public Given<IReadOnlyList<string>?> Images { get; init; }

    public Given<bool?> ForMembers { get; init; }

    public Given<int?> Running { get; init; }

    public Given<long?> MemoryBytes { get; init; }

    public Given<double?> Cpus { get; init; }

    public Given<double?> TimeSeconds { get; init; }

    public RunSettingsChange ToCore() => new()
    {
        Images = Images.ToCore(),
        ForMembers = ForMembers.ToCore(),
        Running = Running.ToCore(),
        MemoryBytes = MemoryBytes.ToCore(),
        Cpus = Cpus.ToCore(),
        Time = new Given<TimeSpan?>(
            TimeSeconds.Value is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, int.MaxValue)) : null, TimeSeconds.IsGiven).ToCore(),
    };
}
