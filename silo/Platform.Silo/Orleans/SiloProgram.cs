using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>A tier of silos: hosts the grains for nodes that are clients.</summary>
internal static class SiloProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPlatformEngine();
        var app = builder.Build();
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", ReadyAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task<IResult> ReadyAsync(IDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await database.PingAsync(cancellationToken);
            return Results.Text("ready");
        }
        catch (StorageUnavailableException)
        {
            return Results.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
