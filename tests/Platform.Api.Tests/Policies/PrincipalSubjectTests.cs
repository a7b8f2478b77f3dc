using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Platform.Api.Policies;
using Platform.Api.Policies.Subjects;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Api.Tests.Policies;

/// <summary>Callers as rules ask about them.</summary>
public sealed class PrincipalSubjectTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly PolicyGroups _groups = new(Options.Create(Of(("member", "*"), ("maps", "/i/V/maps"), ("closed", "/i/V/closed"))));

    [Theory]
    [InlineData("local", "Alice", "alice", true)]
    [InlineData("local", "Alice", " ALICE", true)]
    [InlineData("local", "Alice", "local:7", true)]
    [InlineData("local", "Alice", "local:8", false)]
    [InlineData("local", "Alice", "bob", false)]
    [InlineData("local", "Alice", "", false)]
    [InlineData("staff", "Alice", "alice", false)]
    [InlineData("staff", "Alice", "staff:7", true)]
    [InlineData("staff", "Alice", "local:7", false)]
    public void AUser_IsKnownByTheLocalName_OrByTheKey(string directory, string userName, string asked, bool expected) =>
        Assert.Equal(expected, User(directory, userName).IsUser(asked));

    [Theory]
    [InlineData("/i/V/maps", true)]
    [InlineData("maps", true)]
    [InlineData("Maps", true)]
    [InlineData("member", true)]
    [InlineData("/i/V", false)]
    [InlineData("/i/V/closed", true)]
    [InlineData("closed", true)]
    [InlineData("nobody", false)]
    [InlineData("/", false)]
    public void AGroup_IsAScopesMembers_OrWhatTheOperatorNamed(string group, bool expected) =>
        Assert.Equal(expected, User("local", "alice").IsInGroup(group));

    [Theory]
    [InlineData("VRE-Manager", "/i/V/maps", true)]
    [InlineData("member", "/i/V/maps", true)]
    [InlineData("VO-Admin", "/i/V/maps", false)]
    [InlineData("VRE-Manager", "/i/V", false)]
    [InlineData("VRE-Manager", "/i/V/closed", true)]
    [InlineData("VRE-Manager", "/i/V/nothing", false)]
    [InlineData("VRE-Manager", "no path", false)]
    public void ARole_IsHeldInAScope(string role, string scope, bool expected) =>
        Assert.Equal(expected, User("local", "alice").HasRole(role, scope));

    [Theory]
    [InlineData(PolicyEffect.Allow, "/i/V/maps", PolicyOutcome.Allowed)]
    [InlineData(PolicyEffect.Allow, "/i/V/closed", PolicyOutcome.NoRule)]
    [InlineData(PolicyEffect.Deny, "/i/V/maps", PolicyOutcome.Denied)]
    [InlineData(PolicyEffect.Deny, "/i/V/closed", PolicyOutcome.Denied)]
    public void AScopeThatIsSuspended_OpensNothing_AndLiftsNoDenial(PolicyEffect effect, string scope, PolicyOutcome expected)
    {
        PolicyAudience[] audiences =
        [
            new() { Kind = AudienceKind.Named, Groups = [scope] },
            new() { Kind = AudienceKind.Named, Roles = [new RoleInScope(Roles.VREManager, scope)] },
        ];
        foreach (var who in audiences)
        {
            var set = CompiledPolicySet.Compile(new PolicySet { Rules = [new PolicyRule { Id = "rule", Effect = effect, Path = PathPattern.Any, Who = [who] }] });
            Assert.True(RequestUrl.TryNormalise("http://h/x", out var url, out _));
            Assert.Equal(expected, set.Decide(new PolicyRequest("GET", url, User("local", "alice"), null, Now)).Outcome);
        }
    }

    [Fact]
    public void ATokenForOneContext_ActsForThatAlone()
    {
        var limited = new PrincipalSubject(_groups, new UserKey("local", "7"), Snapshot("local", "alice"), Access()) { Context = new ScopePath("/i/V") };
        Assert.Equal([true, false, false, true], new[] { "/i/V", "/i/V/maps", "maps", "member" }.Select(limited.ActsFor));
        Assert.True(limited.IsInGroup("maps"));
        Assert.True(User("local", "alice").ActsFor("/i/V/maps"));
    }

    [Fact]
    public void AClientForItself_IsNoUser_AndHasTheOAuthScopesOfItsToken()
    {
        var client = new PrincipalSubject(_groups, new ClientId("service").AsMember, null, Access()) { Client = "service", OAuthScopes = ["read"] };
        Assert.False(client.IsInGroup("member"));
        Assert.True(client.IsInGroup("maps"));
        Assert.False(client.IsUser("client:service"));
        Assert.Equal([true, false], new[] { "read", "write" }.Select(client.HasOAuthScope));
        Assert.True(User("local", "alice").HasOAuthScope("write"));
        Assert.Equal(["maps", "/i/V/maps"], client.Groups());
    }

    [Fact]
    public void OfSomebodyWhoIsNotCalling_WhatIsNotSaidIsNotSo()
    {
        var subjects = new PolicySubjects(_groups);
        var user = subjects.Of(new KnownUser(Snapshot("local", "alice"), Access()), new SupposedCall(null, null, null, null));
        Assert.Equal((null, null, null), (user.Client, user.AuthenticatedAt, user.Strength));
        Assert.False(subjects.Of(null).IsAuthenticated);
    }

    [Theory]
    [InlineData("good.name-1", "/i/V", true)]
    [InlineData("good", "*", true)]
    [InlineData("bad name", "*", false)]
    [InlineData("bad,name", "*", false)]
    [InlineData("good", "everyone", false)]
    [InlineData("good", "", false)]
    public void GroupsThatNobodyCouldBeIn_AreRefusedAtTheStart(string name, string value, bool valid) =>
        Assert.Equal(valid, new PolicyOptionsValidation().Validate(null, Of((name, value))).Succeeded);

    private static PolicyOptions Of(params (string Name, string Value)[] groups)
    {
        var options = new PolicyOptions();
        foreach (var (name, value) in groups)
        {
            options.Groups[name] = value;
        }

        return options;
    }

    private static UserSnapshot Snapshot(string directory, string userName) =>
        new(new UserKey(directory, "7"), new UserProfile(userName, userName, null), false, 0, [], []);

    private static ScopeAccess Access() => new(
        new Catalogue(),
        new MembershipIndex([new Membership(new ScopePath("/i/V/maps"), [Roles.VREManager], null, null), new Membership(new ScopePath("/i/V/closed"), [Roles.VREManager], null, null)]),
        Now);

    private PrincipalSubject User(string directory, string userName) => new(_groups, new UserKey(directory, "7"), Snapshot(directory, userName), Access());

    /// <summary>An infrastructure with a VO and two VREs, one of them closed.</summary>
    private sealed class Catalogue : IScopeCatalogue
    {
        public IReadOnlyList<ScopeSnapshot> ByName { get; } =
            [.. new[] { "/i", "/i/V", "/i/V/maps", "/i/V/closed" }.Select(path => new ScopeSnapshot(
                new ScopePath(path), path, null, ScopeVisibility.Public, ImmutableArray<string>.Empty, path.EndsWith("closed", StringComparison.Ordinal), null, 0))];

        public ScopeSnapshot? Find(ScopePath path) => ByName.FirstOrDefault(scope => scope.Path == path);

        public bool IsOpen(ScopePath path, DateTimeOffset now) => Find(path) is { Suspended: false };

        public IReadOnlyList<ScopeSnapshot> WithTerms => [];

        public DateTimeOffset NextChange(DateTimeOffset now) => DateTimeOffset.MaxValue;
    }
}
