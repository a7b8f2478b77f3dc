using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Families;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Resources;
using Platform.Grains.Runs;
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

    public IClientGrain Client(ClientId id) => Get<IClientGrain>(id.GrainKey);

    public IAuthorizationCodeGrain AuthorizationCode(SecretKey key) => Get<IAuthorizationCodeGrain>(key.ToString());

    public ITokenFamilyGrain TokenFamily(FamilyId id) => Get<ITokenFamilyGrain>(id.GrainKey);

    public IUserGrantsGrain UserGrants(UserKey key) => Get<IUserGrantsGrain>(key.ToString());

    public IDeviceCodeGrain DeviceCode(SecretKey key) => Get<IDeviceCodeGrain>(key.ToString());

    public IUserCodeGrain UserCode(SecretKey key) => Get<IUserCodeGrain>(key.ToString());

    public IPushedRequestGrain PushedRequest(SecretKey key) => Get<IPushedRequestGrain>(key.ToString());

    public IRevokedTokenGrain RevokedToken(string tokenId) => Get<IRevokedTokenGrain>(RevokedTokenGrain.KeyOf(tokenId));

    public ISessionClientsGrain SessionClients(SessionKey key) => Get<ISessionClientsGrain>(key.ToString());

    public IKeyRingGrain KeyRing() => Get<IKeyRingGrain>(KeyRingState.Key);

    public IResourceGrain Resource(ResourceKey key) => Get<IResourceGrain>(key.ToString());

    public IPolicySetGrain PolicySet(ServiceName service) => Get<IPolicySetGrain>(service.GrainKey);

    public IPolicyDocumentsGrain PolicyDocuments(UserKey owner) => Get<IPolicyDocumentsGrain>(owner.ToString());

    public IRunGrain Run(RunId id) => Get<IRunGrain>(id.GrainKey);

    public ISweeperGrain Sweeper() => Get<ISweeperGrain>("all");

    private T Get<T>(string key)
        where T : class, IGrainWithStringKey =>
        CallRepeater<T>.Around(grains.GetGrain<T>(key), faults);
}
