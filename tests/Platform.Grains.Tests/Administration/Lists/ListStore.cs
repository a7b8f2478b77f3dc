using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;
using Platform.Storage;
using Platform.Testing;

namespace Platform.Grains.Tests.Administration.Lists;

/// <summary>A database of its own with the grains' services, and no engine: rows are written as grains leave them.</summary>
public sealed class ListStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;

    private ListStore(Func<TemporaryFolder, (string Name, string Value)> setting)
    {
        var (name, value) = setting(_folder);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddPlatformStorage(configuration).AddPlatformGrains(configuration);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
        _services = services.BuildServiceProvider();
    }

    public ShiftedTime Time { get; } = new();

    internal IStateStore States => Get<IStateStore>();

    public static async Task<ListStore> StartAsync(string engine)
    {
        ListStore store;
        if (engine == "SQLite")
        {
            store = new ListStore(folder => ("Storage:Path", folder.File("platform.db")));
        }
        else
        {
            var server = await PostgresServer.SharedAsync();
            var database = await server.CreateDatabaseAsync();
            store = new ListStore(_ => ("Storage:ConnectionString", database));
        }

        await store.Get<StorageStart>().EnsureReadyAsync(default);
        return store;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Writes a row anew, whatever is there.</summary>
    internal async Task WriteAsync<TState>(string type, string key, TState state)
    {
        var address = new StateKey(type, key);
        var present = await States.ReadAsync(address, default);
        await States.WriteAsync(address, present?.Version ?? 0, StateSerializer.Serialize(state), default);
    }

    internal Task AddUserAsync(string id, string name, string display = "", string? mail = null, bool disabled = false, params UserSessionState[] sessions) =>
        WriteAsync(StateNames.User, id, new UserState { UserName = name, DisplayName = display, Mail = mail, Disabled = disabled, Sessions = [.. sessions] });

    internal Task AddMembershipsAsync(string id, params MembershipState[] items) => AddMembershipsAsync(id, items, []);

    internal Task AddMembershipsAsync(string id, MembershipState[] items, JoinRequestState[] requests) =>
        WriteAsync(StateNames.Memberships, id, new MembershipsState { Items = [.. items], Requests = [.. requests] });

    internal Task SetScopesAsync(params ScopeState[] scopes) =>
        WriteAsync(StateNames.Scopes, ScopeHierarchyState.Key, new ScopeHierarchyState { Scopes = [.. scopes] });

    /// <summary>A session's row, its activity, and what its user lists of it.</summary>
    internal async Task<UserSessionState> AddSessionAsync(string key, string user, string address, string? scope = null, long scopeEpoch = 0)
    {
        var now = Time.GetUtcNow();
        var state = new SessionState
        {
            Handle = $"handle-{key}",
            User = user,
            Scope = scope,
            ScopeEpoch = scopeEpoch,
            StartedAt = now,
            EndsAt = now.AddHours(12),
            IdleTimeout = TimeSpan.FromMinutes(30),
        };
        await WriteAsync(StateNames.Session, key, state);
        await Get<IActivityStore>().StartAsync(new StateKey(StateNames.Session, key), now, state.EndsAt, default);
        Time.Advance(TimeSpan.FromSeconds(1));
        return new UserSessionState { Key = key, Handle = state.Handle, StartedAt = now, EndsAt = state.EndsAt, Address = address, UserAgent = "test" };
    }
}
