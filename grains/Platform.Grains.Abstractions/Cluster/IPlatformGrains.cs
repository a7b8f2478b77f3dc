using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Resources;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Grains.Cluster;

/// <summary>
/// The one way to a grain: by typed key. A call of a method marked <see cref="IdempotentAttribute"/> that meets a conflicting
/// write of another node is repeated; any other reports the conflict to its caller as <see cref="ConflictException"/>.
/// </summary>
public interface IPlatformGrains
{
    /// <summary>The grain of one login.</summary>
    ISessionGrain Session(SessionKey key);

    /// <summary>The documents that applications keep in a session.</summary>
    ISessionAttributesGrain SessionAttributes(SessionKey key);

    /// <summary>The grain of one user.</summary>
    IUserGrain User(UserKey key);

    /// <summary>Who holds a name in the local directory.</summary>
    ILocalNameGrain LocalName(LocalName name);

    /// <summary>The memberships of one user.</summary>
    IMembershipsGrain Memberships(UserKey key);

    /// <summary>The hierarchy of scopes.</summary>
    IScopeHierarchyGrain Scopes();

    /// <summary>An OAuth client.</summary>
    IClientGrain Client(ClientId id);

    /// <summary>An authorization code.</summary>
    IAuthorizationCodeGrain AuthorizationCode(SecretKey key);

    /// <summary>All tokens that came from one authorization.</summary>
    ITokenFamilyGrain TokenFamily(FamilyId id);

    /// <summary>What a user gave to clients, and their personal tokens.</summary>
    IUserGrantsGrain UserGrants(UserKey key);

    /// <summary>A device authorization.</summary>
    IDeviceCodeGrain DeviceCode(SecretKey key);

    /// <summary>Which device authorization a user code belongs to.</summary>
    IUserCodeGrain UserCode(SecretKey key);

    /// <summary>A pushed authorization request.</summary>
    IPushedRequestGrain PushedRequest(SecretKey key);

    /// <summary>A revoked access token.</summary>
    /// <param name="tokenId">Its <c>jti</c>.</param>
    IRevokedTokenGrain RevokedToken(string tokenId);

    /// <summary>The clients that have to be told when a session ends.</summary>
    ISessionClientsGrain SessionClients(SessionKey key);

    /// <summary>The ring of signing keys.</summary>
    IKeyRingGrain KeyRing();

    /// <summary>A document at a path in a scope.</summary>
    IResourceGrain Resource(ResourceKey key);

    /// <summary>The policy set of a protected service.</summary>
    IPolicySetGrain PolicySet(ServiceName service);

    /// <summary>The policy documents that a user registered.</summary>
    IPolicyDocumentsGrain PolicyDocuments(UserKey owner);

    /// <summary>A run of an algorithm.</summary>
    IRunGrain Run(RunId id);

    /// <summary>The sweeper, which deletes what is over.</summary>
    ISweeperGrain Sweeper();
}

/// <summary>Another node changed the same thing at the same time, and the call could not be repeated. Nothing was changed by it.</summary>
[GenerateSerializer, Alias("platform.ConflictException")]
public sealed class ConflictException : Exception
{
    /// <summary>Without words.</summary>
    public ConflictException()
    {
    }

    /// <summary>With words.</summary>
    public ConflictException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public ConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
