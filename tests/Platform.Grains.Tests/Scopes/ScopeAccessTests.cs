using Platform.Grains.Scopes;

namespace Platform.Grains.Tests.Scopes;

public sealed class ScopeAccessTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ScopeCatalogue Catalogue = new(new ScopeHierarchyState
    {
        Scopes =
        [
            new ScopeState { Path = "/i" },
            new ScopeState { Path = "/i/V" },
            new ScopeState { Path = "/i/V/public" },
            new ScopeState { Path = "/i/V/members", Visibility = ScopeVisibility.Members },
            new ScopeState { Path = "/i/V/hidden", Visibility = ScopeVisibility.Hidden },
            new ScopeState { Path = "/i/V/suspended", Suspended = true },
            new ScopeState { Path = "/i/V/ended", EndsAt = Now },
            new ScopeState { Path = "/i/V/ending", EndsAt = Now.AddSeconds(1) },
            new ScopeState { Path = "/i/S", Suspended = true },
            new ScopeState { Path = "/i/S/below" },
        ],
    });

    private static readonly string[] PublicOnes = ["V", "ending", "i", "public"];

    [Fact]
    public void Anonymous_FindsThePublicOpenOnes_AndEntersNone()
    {
        var access = ScopeAccess.Anonymous(Catalogue, Now);
        Assert.Equal(PublicOnes, access.Listed().Select(scope => scope.DisplayName));
        Assert.All(Catalogue.ByName, scope => Assert.False(access.MayEnter(scope.Path)));
    }

    [Fact]
    public void Member_SeesNoLessThanBefore_AndEntersTheirOwn()
    {
        var access = With(Member("/i/V/members"), Member("/i/V/hidden"));
        Assert.Equal(["V", "ending", "i", "members", "public"], access.Listed().Select(scope => scope.DisplayName));
        Assert.True(access.MayEnter(new ScopePath("/i/V/members")));
        Assert.True(access.MayEnter(new ScopePath("/i/V/hidden")));
        Assert.False(access.MayEnter(new ScopePath("/i/V/public")));
        Assert.False(access.MayEnter(new ScopePath("/i/V")));
    }

    [Theory]
    [InlineData("/i", Roles.InfrastructureManager)]
    [InlineData("/i/V", Roles.VOAdmin)]
    public void Manager_SeesAndEntersEverythingBelow(string at, string role)
    {
        var access = With(Member(at, role));
        Assert.Contains(access.Listed(), scope => scope.DisplayName == "hidden");
        Assert.Contains(access.Listed(), scope => scope.DisplayName == "members");
        Assert.Equal([role, Roles.Member], access.RolesIn(new ScopePath("/i/V/hidden")));
    }

    [Fact]
    public void VreManager_ActsInThatVreAlone()
    {
        var access = With(Member("/i/V/hidden", Roles.VREManager), Member("/i/V", Roles.VREManager));
        Assert.Contains(access.Listed(), scope => scope.DisplayName == "hidden");
        Assert.DoesNotContain(access.Listed(), scope => scope.DisplayName == "members");
        Assert.False(access.MayEnter(new ScopePath("/i/V/public")));
    }

    [Theory]
    [InlineData("/i/V/suspended")]
    [InlineData("/i/V/ended")]
    [InlineData("/i/S/below")]
    [InlineData("/i/V/unknown")]
    public void ClosedScopes_AreNeitherListedNorEntered_EvenByManagers(string path)
    {
        var access = With(Member("/i", Roles.InfrastructureManager), Member(path));
        Assert.False(access.MayEnter(new ScopePath(path)));
        Assert.Empty(access.RolesIn(new ScopePath(path)));
        Assert.DoesNotContain(access.Listed(), scope => scope.Path.Value == path);
    }

    [Fact]
    public void MembershipThatIsOver_CountsForNothing()
    {
        var over = With(Member("/i/V/members") with { Until = Now });
        Assert.False(over.MayEnter(new ScopePath("/i/V/members")));
        var lasting = With(Member("/i/V/members") with { Until = Now.AddSeconds(1) });
        Assert.True(lasting.MayEnter(new ScopePath("/i/V/members")));
    }

    [Fact]
    public void TwoSourcesOfOneScope_AddUp()
    {
        var access = With(
            Member("/i/V/public", Roles.DataManager),
            Member("/i/V/public", Roles.CatalogueEditor) with { Source = "ldap" });
        Assert.Equal([Roles.CatalogueEditor, Roles.DataManager, Roles.Member], access.RolesIn(new ScopePath("/i/V/public")));
    }

    private static Membership Member(string scope, params string[] roles) => new(new ScopePath(scope), [.. roles], null, null);

    private static ScopeAccess With(params Membership[] memberships) => new(Catalogue, new MembershipIndex([.. memberships]), Now);
}
