using System.Text;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.OAuth.Codes;
using Platform.Grains.OAuth.Devices;
using Platform.Grains.OAuth.Families;
using Platform.Grains.OAuth.Grants;
using Platform.Grains.OAuth.Keys;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Tests.OAuth;

/// <summary>
/// Rows that older versions wrote still load, and today's version writes what the newest golden file says. A change of shape adds a
/// file; it never edits one. What is handed out and taken back again is the same, no field forgotten on the way.
/// </summary>
public sealed class GoldenOAuthStateTests
{
    [Fact]
    public void Client_V1()
    {
        var state = Load<ClientState>("oauth-client.v1.json").State;
        Assert.Equal((ClientOrigin.Registered, true, 281474976710655), (state.Origin, state.Suspended, state.Epoch));
        Assert.Empty(state.Owners);
    }

    [Fact]
    public void Client_V2()
    {
        var state = RoundTrip<ClientState>("oauth-client.v2.json");
        var snapshot = state.ToSnapshot(new ClientId("viewer"));
        Same(state.Definition, ClientDefinitionState.From(snapshot.Definition));
        Assert.Equal((ClientOrigin.Administered, "local:5f0c"), (snapshot.Origin, Assert.Single(snapshot.Owners).ToString()));
    }

    [Fact]
    public void AuthorizationCode_V1()
    {
        var state = RoundTrip<AuthorizationCodeState>("oauth-code.v1.json");
        Same(state.Authorization, AuthorizationState.From(state.ToSnapshot().Authorization));
        Assert.Equal("attempt", state.UsedBy);
    }

    [Fact]
    public void TokenFamily_V1()
    {
        var state = RoundTrip<TokenFamilyState>("oauth-family.v1.json");
        var family = state.ToSnapshot(new FamilyId("00"))!;
        Same(state.Authorization, AuthorizationState.From(family.Authorization));
        Assert.Equal((5, true, state.EndsAt), (family.Generation, family.HasRefreshToken, family.EndsAt));
    }

    [Fact]
    public void TokenFamily_Ended_V1() => Assert.Null(RoundTrip<TokenFamilyState>("oauth-family-ended.v1.json").ToSnapshot(new FamilyId("00")));

    [Fact]
    public void DeviceCode_V1()
    {
        var state = RoundTrip<DeviceCodeState>("oauth-device.v1.json");
        Same(
            state with { Decision = DeviceDecision.Pending, Authorization = null, AskedAt = null, AskedBy = null, AnsweredTo = null },
            DeviceCodeState.From(state.ToRequest()));
        Assert.Equal(DeviceDecision.Approved, state.Decision);
    }

    [Fact]
    public void UserCode_V1() => Assert.Equal(64, RoundTrip<UserCodeState>("oauth-user-code.v1.json").DeviceCode.Length);

    [Fact]
    public void PushedRequest_V1() => Assert.Equal("scope=openid&state=a%20b", RoundTrip<PushedRequestState>("oauth-pushed.v1.json").ToRequest().Parameters);

    [Fact]
    public void RevokedToken_V1() => Assert.Equal(2026, RoundTrip<RevokedTokenState>("oauth-revoked.v1.json").EndsAt.Year);

    [Fact]
    public void PersonalToken_V1() => Assert.Equal("local:5f0c", RoundTrip<PersonalTokenState>("oauth-personal.v1.json").User);

    [Fact]
    public void UserGrants_V1()
    {
        var state = RoundTrip<UserGrantsState>("oauth-grants.v1.json");
        var snapshot = state.ToSnapshot();
        Same(state.PersonalTokens[0], PersonalTokenEntryState.From(snapshot.PersonalTokens[0]));
        Assert.True(snapshot.Find(new ClientId("viewer"))!.Covers(["write"], new ScopePath("/infra/vo")));
    }

    [Fact]
    public void KeyRing_V1() => Assert.Equal([4, 5, 6], RoundTrip<KeyRingState>("oauth-keys.v1.json").RefreshSecret);

    private static (string Golden, TState State) Load<TState>(string file)
    {
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file)).TrimEnd();
        return (golden, StateSerializer.Deserialize<TState>(Encoding.UTF8.GetBytes(golden)));
    }

    private static TState RoundTrip<TState>(string file)
    {
        var (golden, state) = Load<TState>(file);
        Assert.Equal(golden, Text(state));
        return state;
    }

    private static void Same<TState>(TState one, TState other) => Assert.Equal(Text(one), Text(other));

    private static string Text<TState>(TState state) => Encoding.UTF8.GetString(StateSerializer.Serialize(state).Span);
}
