using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Storage;

namespace Platform.Api.Cluster;

/// <summary>Whether the process lives, and whether it should be sent requests.</summary>
internal sealed class HealthEndpoints(IDatabase database, IHostApplicationLifetime lifetime)
{
    private static readonly Document<string> Status = new(
        static (json, status) =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, status);
            json.WriteEndObject();
        },
        static (xml, status) => xml.Element("status", status));

    /// <summary>Maps both.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<HealthEndpoints>();
        routes.MapMethods("/health/live", ["GET", "HEAD"], endpoints.LiveAsync).ForAnyoneUnseen().Offering(Offers.JsonFirst)
            .Describe("Live", "Whether the process lives.", endpoints.LiveAsync, 200);
        routes.MapMethods("/health/ready", ["GET", "HEAD"], endpoints.ReadyAsync).ForAnyoneUnseen().Offering(Offers.JsonFirst)
            .Describe("Ready", "Whether the node takes requests: its database answers, and it is not stopping.", endpoints.ReadyAsync, 200, 503);
    }

    private Task LiveAsync(HttpContext context) => Answer.WriteAsync(context, Status, "live");

    private async Task ReadyAsync(HttpContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await Problems.WriteAsync(context, HttpErrors.NotReady, "The node is stopping.");
            return;
        }

        await database.PingAsync(context.RequestAborted);
        await Answer.WriteAsync(context, Status, "ready");
    }
}

/// <summary>The health endpoints.</summary>
internal static class HealthSetup
{
    /// <summary>Registers them.</summary>
    public static void AddHealth(this WebApplicationBuilder builder) => builder.Services.AddSingleton<HealthEndpoints>();

    /// <summary>Maps them.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) => HealthEndpoints.Map(routes);
}
