using System.Globalization;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Cluster;

/// <summary>Two nodes that change one thing at once: nothing is lost, and nobody answers from what the other replaced.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class ConflictTests(GrainNodes nodes)
{
    [Fact]
    public async Task IdempotentChanges_OnBothNodesAtOnce_AllTakePlace()
    {
        var user = await nodes.NewUserAsync();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => nodes.Grains(i % 2).Memberships(user).ReplaceFromDirectoryAsync(
            $"d{i.ToString(CultureInfo.InvariantCulture)}", [new Membership(new ScopePath("/scope"), [], null, null)])));
        Assert.Equal(12, (await nodes.Grains(0).Memberships(user).ListAsync()).Length);
        Assert.Equal(12, (await nodes.Grains(1).Memberships(user).ListAsync()).Length);
    }

    [Fact]
    public async Task AnActivation_NeverAnswersFromWhatAnotherNodeReplaced()
    {
        var user = await nodes.NewUserAsync();
        for (var i = 0; i < 20; i++)
        {
            var (writer, reader) = (i % 2, (i + 1) % 2);
            await nodes.Grains(reader).Memberships(user).ListAsync();
            await nodes.Grains(writer).Memberships(user).ReplaceFromDirectoryAsync("ldap", [new Membership(new ScopePath("/scope"), [$"role{i}"], null, null)]);
            Assert.Equal($"role{i}", Assert.Single(Assert.Single(await nodes.Grains(reader).Memberships(user).ListAsync()).Roles));
        }
    }

    [Fact]
    public async Task OneName_IsClaimedOnce_WhoeverAsks()
    {
        Assert.True(LocalName.TryParse($"abc{Guid.NewGuid():N}", out var name));
        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => nodes.Grains(i % 2).LocalName(name).ClaimAsync()));
        Assert.Single(claims.Distinct());
    }

    [Fact]
    public async Task NamesThatLookLikeNumbers_AreApart()
    {
        Assert.True(LocalName.TryParse("abc", out var one));
        Assert.True(LocalName.TryParse("00abc", out var other));
        Assert.NotEqual(await nodes.Grains(0).LocalName(one).ClaimAsync(), await nodes.Grains(1).LocalName(other).ClaimAsync());
    }

    [Fact]
    public async Task DirectoryMemberships_AreReplaced_AndOwnOnesStay()
    {
        var user = await nodes.NewUserAsync();
        var memberships = nodes.Grains(0).Memberships(user);
        await nodes.AdmitAsync(user, new Membership(new ScopePath("/own"), [], null, null));
        await memberships.ReplaceFromDirectoryAsync("ldap", [new Membership(new ScopePath("/a"), [], null, null), new Membership(new ScopePath("/own"), ["Data-Manager"], null, null)]);
        await nodes.Grains(1).Memberships(user).ReplaceFromDirectoryAsync("ldap", [new Membership(new ScopePath("/b"), [], null, null)]);
        Assert.Equal([("/b", "ldap"), ("/own", null)], (await memberships.ListAsync()).Select(membership => (membership.Scope.Value, membership.Source)));
    }
}
