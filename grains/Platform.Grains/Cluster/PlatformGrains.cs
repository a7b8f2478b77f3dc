using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Grains.Cluster;

/// <inheritdoc cref="IPlatformGrains"/>
internal sealed class PlatformGrains(IGrainFactory grains, IEngineFaults faults) : IPlatformGrains
{
    public ISessionGrain Session(SessionKey key) => Get<ISessionGrain>(key.ToString());

    public ISessionAttributesGrain SessionAttributes(SessionKey key) => Get<ISessionAttributesGrain>(key.ToString());

    public IUserGrain User(UserKey key) => Get<IUserGrain>(key.ToString());

    public ILocalNameGrain LocalName(LocalName name) => Get<ILocalNameGrain>(name.GrainKey);

    public IMembershipsGrain Memberships(UserKey key) => Get<IMembershipsGrain>(key.ToString());

    public IScopeHierarchyGrain Scopes() => Get<IScopeHierarchyGrain>(ScopeHierarchyState.Key);

    public ISweeperGrain Sweeper() => Get<ISweeperGrain>("all");

    private T Get<T>(string key)
        where T : class, IGrainWithStringKey =>
        CallRepeater<T>.Around(grains.GetGrain<T>(key), faults);
}
