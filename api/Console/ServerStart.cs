namespace Platform.Api.Console;

/// <summary>How the server is to start, as the command line says.</summary>
/// <param name="Settings">Settings that come before all others, those of <c>--Section:Name=value</c> and of the demo.</param>
/// <param name="Demo">Whether it is the demo.</param>
internal sealed record ServerStart(IReadOnlyDictionary<string, string?> Settings, bool Demo)
{
    /// <summary>The configuration: files, then the environment, then <see cref="Settings"/>.</summary>
    internal IConfiguration BuildConfiguration()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Production";
        return new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(Settings)
            .Build();
    }
}
