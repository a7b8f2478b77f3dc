using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Families;
using Platform.Grains.Runs;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.OAuth.Check;

/// <summary>The rows that checks ask for.</summary>
internal static class CheckRows
{
    public static StateKey Scopes => SessionCheck.ScopesKey;

    public static StateKey Client(ClientId id) => new(StateNames.Client, id.GrainKey);

    public static StateKey MembershipsOf(ClientId id) => new(StateNames.Memberships, id.AsMember.ToString());

    public static StateKey Family(FamilyId id) => new(StateNames.TokenFamily, id.GrainKey);

    public static StateKey Revocation(string tokenId) => new(StateNames.RevokedToken, RevokedTokenGrain.KeyOf(tokenId));

    public static StateKey PersonalToken(SecretKey key) => new(StateNames.PersonalToken, key.Value);

    public static StateKey Run(RunId id) => new(StateNames.Run, id.GrainKey);

    public static StateKey Grants(UserKey user) => new(StateNames.UserGrants, user.ToString());
}
