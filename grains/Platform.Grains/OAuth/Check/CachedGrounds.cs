using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Families;
using Platform.Grains.OAuth.Grants;
using Platform.Grains.Runs;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Check;

/// <summary>A decoded family with the rows that it hangs on, which never change in its life.</summary>
internal sealed class CachedFamily(FamilySnapshot snapshot)
{
    public FamilySnapshot Snapshot { get; } = snapshot;

    public AuthorizationRows Rows { get; } = new(snapshot.Authorization);

    /// <summary>A family from its row; null where it was ended.</summary>
    public static CachedFamily? From(TokenFamilyState state, FamilyId id) => state.ToSnapshot(id) is { } snapshot ? new(snapshot) : null;
}

/// <summary>A decoded run that is not over, with the rows that its tokens hang on, which never change in its life.</summary>
internal sealed class CachedRun(RunSnapshot snapshot)
{
    public RunSnapshot Snapshot { get; } = snapshot;

    public AuthorizationRows Rows { get; } = new(snapshot.Authorization);

    /// <summary>A run from its row; null where it is over.</summary>
    public static CachedRun? From(RunState state, RunId id) => state.Phase == RunPhase.Ended ? null : new(state.ToSnapshot(id));
}

/// <summary>Whose a personal token is. That never changes; whether the token counts, its user's list says.</summary>
internal sealed class CachedPersonalToken(UserKey user)
{
    public UserKey User { get; } = user;

    /// <summary>The rows of the user, the memberships, the hierarchy and what the user gave.</summary>
    public StateKey[] Rows { get; } =
    [
        new(StateNames.User, user.ToString()),
        new(StateNames.Memberships, user.ToString()),
        CheckRows.Scopes,
        new(StateNames.UserGrants, user.ToString()),
    ];

    /// <summary>From the token's row.</summary>
    public static CachedPersonalToken From(PersonalTokenState state) => new(UserKey.Parse(state.User));
}
