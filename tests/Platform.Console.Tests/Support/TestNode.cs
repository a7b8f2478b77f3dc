using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Users;
using Platform.Grains;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Users;
using Platform.Grains.Audit;
using Platform.Grains.Scopes.Import;
using Platform.Storage;
using Platform.Storage.DataProtection;

namespace Platform.Console.Tests.Support;

/// <summary>The services of one process over a database, without a server.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestNode(ServiceProvider services) => _services = services;

    public ManualTime Time => (ManualTime)_services.GetRequiredService<TimeProvider>();

    public IDatabase Database => Get<IDatabase>();

    public IStateStore States => Get<IStateStore>();

    public AuditLog Log => Get<AuditLog>();

    public AuditReader Reader => Get<AuditReader>();

    public AuditVerifier Verifier => Get<AuditVerifier>();

    public ScopeImporter Importer => Get<ScopeImporter>();

    public ScopeExporter Exporter => Get<ScopeExporter>();

    public LocalUsers Users => Get<LocalUsers>();

    public UserAdministration Administration => Get<UserAdministration>();

    public static async Task<TestNode> StartAsync(TestDatabase database, Action<IServiceCollection>? adjust = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(database.Settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(new ManualTime { Now = TimeProvider.System.GetUtcNow() });
        services.AddLogging();
        services.AddPlatformStorage(configuration);
        services.AddSharedDataProtection(configuration);
        services.AddPlatformGrains(configuration);
        services.AddUsers(configuration);
        adjust?.Invoke(services);
        var node = new TestNode(services.BuildServiceProvider());
        try
        {
            await node.Get<KeyRingStart>().EnsureReadyAsync(CancellationToken.None);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<AdministrationResult<AdministeredUser>> AddUserAsync(string name) => Users.AddAsync(name, null, null, $"password of {name}", false, "console:test", CancellationToken.None);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
