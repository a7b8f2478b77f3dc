using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Check;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.OAuth.Families;
using Platform.Grains.OAuth.Grants;
using Platform.Grains.Policies;
using Platform.Grains.Policies.Check;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <summary>Turns the rows that a check rests on into what the check needs.</summary>
internal sealed class FactDecoder
{
    private static readonly Fact NoMemberships = new(0, MembershipIndex.Empty, 0);
    private static readonly Fact NoScopes = new(0, ScopeCatalogue.Empty, 0);
    private static readonly Fact NoGrants = new(0, UserGrantsSnapshot.Empty, 0);
    private static readonly Fact NoServices = new(0, ServiceHosts.None, 0);
    private static readonly Fact NoDocuments = new(0, DocumentEntries.None, 0);
    private static readonly Fact Nothing = new(0, null, 0);

    private readonly CompiledSets _policySets = new();

    /// <summary>What stands for an absent row.</summary>
    public static Fact Absent(StateKey key) => key.Type switch
    {
        StateNames.Memberships => NoMemberships,
        StateNames.Scopes => NoScopes,
        StateNames.UserGrants => NoGrants,
        StateNames.PolicyServices => NoServices,
        StateNames.PolicyResource or StateNames.PolicyWildcards => NoDocuments,
        _ => Nothing,
    };

    /// <summary>The value of a row that there is.</summary>
    public object? Decode(StateKey key, ReadOnlySpan<byte> payload) => key.Type switch
    {
        StateNames.Session => new CachedSession(DecodeSession(new SessionKey(key.Key), payload)),
        StateNames.User => StateSerializer.Deserialize<UserState>(payload).ToSnapshot(UserKey.Parse(key.Key)),
        StateNames.Memberships => StateSerializer.Deserialize<MembershipsState>(payload).ToIndex(),
        StateNames.Scopes => new ScopeCatalogue(StateSerializer.Deserialize<ScopeHierarchyState>(payload)),
        StateNames.Client => StateSerializer.Deserialize<ClientState>(payload).ToSnapshot(ClientId.FromGrainKey(key.Key)),
        StateNames.TokenFamily => CachedFamily.From(StateSerializer.Deserialize<TokenFamilyState>(payload), FamilyId.FromGrainKey(key.Key)),
        StateNames.UserGrants => StateSerializer.Deserialize<UserGrantsState>(payload).ToSnapshot(),
        StateNames.PersonalToken => CachedPersonalToken.From(StateSerializer.Deserialize<PersonalTokenState>(payload)),
        StateNames.Run => CachedRun.From(StateSerializer.Deserialize<RunState>(payload), RunId.FromGrainKey(key.Key)),
        StateNames.RevokedToken => null,
        StateNames.PolicySet => _policySets.Compile(ServiceName.FromGrainKey(key.Key), StateSerializer.Deserialize<PolicySetState>(payload)),
        StateNames.PolicyServices => new ServiceHosts(StateSerializer.Deserialize<PolicyServicesState>(payload)),
        StateNames.PolicyResource or StateNames.PolicyWildcards => new DocumentEntries(StateSerializer.Deserialize<PolicyResourceState>(payload)),
        _ => throw new ArgumentException($"No check rests on state of the kind '{key.Type}'.", nameof(key)),
    };

    /// <summary>A session from its row.</summary>
    public SessionSnapshot DecodeSession(SessionKey key, ReadOnlySpan<byte> payload) =>
        StateSerializer.Deserialize<SessionState>(payload).ToSnapshot(key);
}
