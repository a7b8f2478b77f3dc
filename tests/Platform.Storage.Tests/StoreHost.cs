using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Storage.Tests;

/// <summary>Storage as one process has it.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StoreHost(ServiceProvider services) => _services = services;

    public IServiceProvider Services => _services;

    public IStateStore States => _services.GetRequiredService<IStateStore>();

    public IActivityStore Activity => _services.GetRequiredService<IActivityStore>();

    public IDatabase Database => _services.GetRequiredService<IDatabase>();

    public static async Task<StoreHost> StartAsync(string setting, string value, params (string Name, string Value)[] more)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(more.Append((setting, value)).ToDictionary(pair => pair.Item1, pair => (string?)pair.Item2))
            .Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPlatformStorage(configuration);
        var host = new StoreHost(services.BuildServiceProvider());
        try
        {
            await host.Services.GetRequiredService<StorageStart>().EnsureReadyAsync(CancellationToken.None);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
