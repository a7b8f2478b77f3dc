using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Storage;

namespace Platform.Silo;

/// <summary>A tier of silos: hosts the grains for nodes that are clients.</summary>
internal static class SiloProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPlatformEngine();
        builder.Services.AddOptions<ClusterNodeOptions>().Validate(
            options => options.Role == NodeRole.Silo, "Cluster:Role is Client, but this program is a silo; the clients of a tier are nodes of api/.");
        var app = builder.Build();
        if (!await AreSettingsValidAsync(app.Services))
        {
            return 2;
        }

        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", ReadyAsync);
        await app.RunAsync();
        return 0;
    }

    private static async Task<bool> AreSettingsValidAsync(IServiceProvider services)
    {
        try
        {
            // Before anything is made that needs them, and all at once.
            services.GetRequiredService<IStartupValidator>().Validate();
            return true;
        }
        catch (OptionsValidationException invalid)
        {
            return await ReportAsync(invalid.Failures);
        }
        catch (AggregateException several) when (several.InnerExceptions.All(exception => exception is OptionsValidationException))
        {
            return await ReportAsync(several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures));
        }
    }

    private static async Task<bool> ReportAsync(IEnumerable<string> failures)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, failures));
        return false;
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
