using Platform.Grains.OAuth;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.OAuth;

[Collection(GrainNodesTests.Name)]
public sealed class SessionClientsTests(GrainNodes nodes)
{
    private static readonly ClientId One = new("one"), Two = new("two");

    private readonly SessionKey _session = SessionKey.FromId(SessionId.New());

    [Fact]
    public async Task EndOfTheSession_MakesItsClientsDue_OnOneNodeAtATime()
    {
        await AddAsync(0, One);
        await AddAsync(1, Two);
        await AddAsync(0, Two);
        Assert.Null(await nodes.Grains(0).SessionClients(_session).ClaimAsync());

        await nodes.Grains(0).Session(_session).EndAsync();
        var notice = await nodes.Grains(1).SessionClients(_session).ClaimAsync();

        Assert.Equal([One, Two], notice!.Clients.ToArray());
        Assert.Equal("handle", notice.Handle);
        Assert.Null(await nodes.Grains(0).SessionClients(_session).ClaimAsync());
    }

    [Fact]
    public async Task ClientsThatWereTold_AreForgotten_AndTheRestStays()
    {
        await AddAsync(0, One);
        await AddAsync(0, Two);
        Assert.True(await nodes.Grains(1).SessionClients(_session).LogOutAsync());
        await nodes.Grains(0).SessionClients(_session).SettleAsync([One]);
        Assert.Equal([Two], (await nodes.Grains(1).SessionClients(_session).ClaimAsync())!.Clients.ToArray());

        await nodes.Grains(0).SessionClients(_session).SettleAsync([Two]);
        Assert.False(await nodes.Grains(1).SessionClients(_session).LogOutAsync());
    }

    [Fact]
    public async Task AfterTheLogout_NoClientIsListed()
    {
        await AddAsync(0, One);
        await nodes.Grains(0).SessionClients(_session).LogOutAsync();
        await AddAsync(1, Two);
        Assert.Equal([One], (await nodes.Grains(1).SessionClients(_session).ClaimAsync())!.Clients.ToArray());
    }

    [Fact]
    public async Task SessionWithoutClients_TellsNobody()
    {
        Assert.False(await nodes.Grains(0).SessionClients(_session).LogOutAsync());
        Assert.Null(await nodes.Grains(1).SessionClients(_session).ClaimAsync());
    }

    private Task AddAsync(int node, ClientId client) => nodes.Grains(node).SessionClients(_session).AddAsync(
        client, new LoginDescription("handle", new UserKey(UserKey.Local, "5f0c"), DateTimeOffset.MaxValue));
}
