using Platform.Grains.Scopes;

namespace Platform.Grains.Tests.Scopes;

public sealed class ScopeTermsTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset First = Now.AddDays(-100);
    private static readonly DateTimeOffset Second = Now.AddDays(-10);
    private static readonly ScopePath Vre = new("/i/V/maps");

    [Fact]
    public void WhoJoinsAfterwards_SignsFirst_AndWhoWasThereBefore_HasTheGrace()
    {
        Assert.False(Enters(memberSince: First.AddDays(1), signed: null, grace: 200));
        Assert.True(Enters(memberSince: First.AddDays(-1), signed: null, grace: 101));
        Assert.False(Enters(memberSince: First.AddDays(-1), signed: null, grace: 99));
        Assert.True(Enters(memberSince: null, signed: null, grace: 101));
    }

    [Fact]
    public void AFurtherVersion_DoesNotBeginTheGraceAnew()
    {
        Assert.False(Enters(memberSince: null, signed: null, grace: 30));
        Assert.True(Enters(memberSince: null, signed: 1, grace: 11));
        Assert.False(Enters(memberSince: null, signed: 1, grace: 9));
        Assert.True(Enters(memberSince: null, signed: 2, grace: 0));
    }

    [Theory]
    [InlineData(364, 0, true)]
    [InlineData(366, 0, false)]
    [InlineData(366, 2, true)]
    [InlineData(368, 2, false)]
    public void ASignature_HoldsForItsTime_AndTheGraceAfterIt(int daysAgo, int grace, bool enters) =>
        Assert.Equal(enters, Access(new ScopeTermsState { Published = [Now.AddDays(-1000)], Grace = TimeSpan.FromDays(grace), RenewEvery = TimeSpan.FromDays(365), Required = true }, null, Signature(1, Now.AddDays(-daysAgo))).MayEnter(Vre));

    [Fact]
    public void WhoHasNotSigned_HasNoRoleThere_AndManagesAllTheSame()
    {
        var terms = new ScopeTermsState { Published = [First], Required = true };
        var access = Access(terms, First.AddDays(1), [], Roles.VREManager);
        Assert.Empty(access.RolesIn(Vre));
        Assert.True(access.Manages(Vre));
        Assert.Equal("/i/V", Assert.Single(access.TermsDueFor(Vre)).Path.Value);
        Assert.Equal([Roles.VREManager, Roles.Member], Access(terms, First.AddDays(1), Signature(1, Now), Roles.VREManager).RolesIn(Vre));
        Assert.True(Access(terms with { Required = false }, First.AddDays(1), []).MayEnter(Vre));
    }

    [Fact]
    public void WhatIsKept_IsKeptNoLongerThanItHolds()
    {
        var access = Access(new ScopeTermsState { Published = [First, Second], Grace = TimeSpan.FromDays(12), Required = true }, null, Signature(1, First));
        Assert.Equal(Second.AddDays(12), access.NextChange());
    }

    [Fact]
    public void ASuspendedMembership_BlocksThoseThatADirectoryGives()
    {
        var catalogue = new ScopeCatalogue(Hierarchy(null));
        var given = new Membership(Vre, [Roles.VREManager], null, "ldap");
        Assert.True(new ScopeAccess(catalogue, new MembershipIndex([given]), Now).MayEnter(Vre));
        var blocked = new ScopeAccess(catalogue, new MembershipIndex([given, new Membership(Vre, [], null, null, Suspended: true)]), Now);
        Assert.False(blocked.MayEnter(Vre));
        Assert.False(blocked.Manages(Vre));
    }

    private static bool Enters(DateTimeOffset? memberSince, int? signed, int grace) => Access(
        new ScopeTermsState { Published = [First, Second], Grace = TimeSpan.FromDays(grace), Required = true },
        memberSince,
        signed is { } version ? Signature(version, First) : []).MayEnter(Vre);

    private static TermsSignature[] Signature(int version, DateTimeOffset at) => [new(new ScopePath("/i/V"), version, at)];

    private static ScopeAccess Access(ScopeTermsState terms, DateTimeOffset? memberSince, TermsSignature[] signatures, params string[] roles) => new(
        new ScopeCatalogue(Hierarchy(terms)),
        new MembershipIndex([new Membership(Vre, [.. roles], null, null, AcceptedAt: memberSince)], [.. signatures]),
        Now);

    private static ScopeHierarchyState Hierarchy(ScopeTermsState? terms) => new()
    {
        Scopes = [new ScopeState { Path = "/i" }, new ScopeState { Path = "/i/V", Terms = terms }, new ScopeState { Path = Vre.Value }],
    };
}
