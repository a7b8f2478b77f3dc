using Platform.Grains.Administration.Lists;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Administration.Lists;

/// <summary>Whichever engine writes the rows, the lists of every node have them with the answer.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class ListsFollowGrainsTests(GrainNodes nodes)
{
    [Fact]
    public async Task WhatAGrainWrote_IsListedOnTheOtherNode()
    {
        var user = await nodes.NewUserAsync();
        Assert.Equal(user, Assert.Single(await UsersAsync()).User.Key);
        var session = await nodes.LoginAsync(0, user);
        Assert.Equal(session, Assert.Single(await SessionsAsync()).Session.Key);

        await nodes.Grains(0).User(user).EndAllSessionsAsync();
        Assert.Empty(await SessionsAsync());

        async Task<IReadOnlyList<UserListItem>> UsersAsync() =>
            (await nodes.Get<UserList>(1).FindAsync(new() { Text = user.ToString() }, new(), default)).Value!.Items;

        async Task<IReadOnlyList<SessionListItem>> SessionsAsync() =>
            (await nodes.Get<SessionList>(1).FindAsync(new() { User = user }, new(), default)).Value!.Items;
    }
}
