using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Sessions;

/// <summary>Turns the rows that a check rests on into what the check needs.</summary>
internal sealed class FactDecoder
{
    /// <summary>The value of a row after a probe; of an absent one, what stands for it.</summary>
    public object? Decode(StateKey key, StateProbeAnswer answer) => key.Type switch
    {
        StateNames.Session => answer.Version == 0 ? null : new CachedSession(DecodeSession(new SessionKey(key.Key), answer.Payload)),
        StateNames.User => answer.Version == 0 ? null : StateSerializer.Deserialize<UserState>(answer.Payload.Span).ToSnapshot(UserKey.Parse(key.Key)),
        StateNames.Memberships => answer.Version == 0 ? MembershipIndex.Empty : Index(StateSerializer.Deserialize<MembershipsState>(answer.Payload.Span)),
        StateNames.Scopes => answer.Version == 0 ? ScopeCatalogue.Empty : new ScopeCatalogue(StateSerializer.Deserialize<ScopeHierarchyState>(answer.Payload.Span)),
        _ => throw new ArgumentException($"No check rests on state of the kind '{key.Type}'.", nameof(key)),
    };

    /// <summary>A session from its row.</summary>
    public SessionSnapshot DecodeSession(SessionKey key, ReadOnlyMemory<byte> payload) =>
        StateSerializer.Deserialize<SessionState>(payload.Span).ToSnapshot(key);

    private static MembershipIndex Index(MembershipsState state) => new([.. state.Items.Select(item => item.ToMembership())]);
}
