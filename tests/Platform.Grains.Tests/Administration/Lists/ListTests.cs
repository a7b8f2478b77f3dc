using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.OAuth.Families;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Administration.Lists;

public sealed class SqliteListTests : ListTests
{
    protected override string Database => "SQLite";
}

public sealed class PostgreSqlListTests : ListTests
{
    protected override string Database => "PostgreSQL";
}

/// <summary>What administrators find, on both databases.</summary>
public abstract class ListTests : IAsyncLifetime
{
    private ListStore _store = null!;

    protected abstract string Database { get; }

    public async Task InitializeAsync() => _store = await ListStore.StartAsync(Database);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Users_AreFoundByWhatIsKnownOfThem()
    {
        await _store.AddUserAsync("local:1", "Alice", "Alice Liddell", "alice@example.org");
        await _store.AddUserAsync("local:2", "bob", "Ｂob 100%_\\ Ålesund", disabled: true);
        await _store.AddUserAsync("ldap:3", "carol", "Carol Ωdysseus");
        await _store.AddMembershipsAsync("local:1", new MembershipState { Scope = "/i/v", Roles = [Roles.VOAdmin] }, new MembershipState { Scope = "/i/v/r" });
        await _store.AddMembershipsAsync("local:2", new MembershipState { Scope = "/i/v2", Roles = [Roles.VOAdmin] });
        await _store.AddMembershipsAsync("ldap:3", [], [new JoinRequestState { Scope = "/i/v" }]);

        Assert.Equal(["Alice", "bob", "carol"], await UsersAsync(new()));
        Assert.Equal(["Alice"], await UsersAsync(new() { Text = " LIDD " }));
        Assert.Equal(["Alice"], await UsersAsync(new() { Text = "example.org" }));
        Assert.Equal(["bob"], await UsersAsync(new() { Text = "0%_\\ å" }));
        Assert.Equal(["bob"], await UsersAsync(new() { Text = "BOB 100" }));
        Assert.Equal(["carol"], await UsersAsync(new() { Text = "ω" }));
        Assert.Empty(await UsersAsync(new() { Text = "a%b" }));
        Assert.Equal(["carol"], await UsersAsync(new() { Text = "LDAP:3" }));
        Assert.Equal(["Alice"], await UsersAsync(new() { NamePrefix = "aL" }));
        Assert.Empty(await UsersAsync(new() { NamePrefix = "lice" }));
        Assert.Equal(["carol"], await UsersAsync(new() { Directory = "ldap" }));
        Assert.Equal(["bob"], await UsersAsync(new() { Disabled = true }));
        Assert.Equal(["Alice", "carol"], await UsersAsync(new() { Disabled = false }));
        Assert.Equal(["Alice"], await UsersAsync(new() { MembersOf = ScopeSelection.Below(new ScopePath("/i/v")) }));
        Assert.Equal(["bob"], await UsersAsync(new() { MembersOf = ScopeSelection.Of(new ScopePath("/i/v2")) }));
        Assert.Equal(["Alice", "bob"], await UsersAsync(new() { Role = Roles.VOAdmin }));
        Assert.Empty(await UsersAsync(new() { Role = Roles.VOAdmin, MembersOf = ScopeSelection.Of(new ScopePath("/i/v/r")) }));
        Assert.Equal(["Alice", "carol"], await UsersAsync(new() { VisibleIn = ScopeSelection.Of(new ScopePath("/i/v")) }));
        Assert.Empty(await UsersAsync(new() { VisibleIn = ScopeSelection.None }));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\ud800")]
    [InlineData("%")]
    [InlineData("' or 1=1 --")]
    public async Task OddText_FindsNothing(string text)
    {
        await _store.AddUserAsync("local:1", "Alice");
        Assert.Empty(await UsersAsync(new() { Text = text }));
        Assert.Empty(await UsersAsync(new() { NamePrefix = text }));
        Assert.Empty(await UsersAsync(new() { Directory = text, Role = text }));
        Assert.Empty(Items(await _store.Get<SessionList>().FindAsync(new() { Handle = text, Address = text, UserText = text }, new(), default)));
        Assert.Empty(Items(await _store.Get<SessionList>().FindAsync(new() { Address = text + "*" }, new(), default)));
        Assert.Empty(Items(await _store.Get<MemberList>().FindAsync(new() { Text = text, Role = text }, new(), default)));
        Assert.Empty(Items(await _store.Get<ClientList>().FindAsync(new() { Text = text }, new(), default)));
    }

    [Fact]
    public async Task Pages_FollowOneAnother_WhileRowsComeAndGo()
    {
        foreach (var i in Enumerable.Range(0, 7))
        {
            await _store.AddUserAsync($"local:{i}", i < 4 ? "same" : $"user{i}");
        }

        var list = _store.Get<UserList>();
        var first = (await list.FindAsync(new(), new(3), default)).Value!;
        Assert.Equal(["local:0", "local:1", "local:2"], first.Items.Select(item => item.User.Key.ToString()));
        Assert.Equal(7, first.Total);

        await _store.AddUserAsync("local:00", "aaa");
        await _store.States.ClearAsync(new(StateNames.User, "local:2"), (await _store.States.ReadAsync(new(StateNames.User, "local:2"), default))!.Version, default);
        var second = (await list.FindAsync(new(), new(3, first.Next), default)).Value!;
        Assert.Equal(["local:3", "local:4", "local:5"], second.Items.Select(item => item.User.Key.ToString()));
        var last = (await list.FindAsync(new(), new(3, second.Next), default)).Value!;
        Assert.Equal(["local:6"], last.Items.Select(item => item.User.Key.ToString()));
        Assert.Null(last.Next);
        Assert.Equal(7, last.Total);
    }

    [Fact]
    public async Task CursorsAndLimits_ThatAreNone_AreRefused()
    {
        await _store.AddUserAsync("local:1", "a");
        await _store.AddUserAsync("local:2", "b");
        var list = _store.Get<UserList>();
        var next = (await list.FindAsync(new(), new(1), default)).Value!.Next!;
        foreach (var cursor in (string[])["", "x", "****", "W10", "WyJ1c2VycyJd", "WyJ1c2VycyIsMSwyXQ", "bnVsbA", "WyJ1c2VycyIsIlx1MDAwMCIsImEiXQ", new string('A', 9000), next + "A"])
        {
            var refused = await list.FindAsync(new(), new(1, cursor), default);
            Assert.Equal((RefusalKind.Invalid, "cursor"), (refused.Refusal!.Kind, refused.Refusal.Field));
        }

        Assert.Equal("cursor", (await _store.Get<ClientList>().FindAsync(new(), new(1, next), default)).Refusal!.Field);
        Assert.Equal("limit", (await list.FindAsync(new(), new(0), default)).Refusal!.Field);
        Assert.Equal("limit", (await list.FindAsync(new(), new(201), default)).Refusal!.Field);
    }

    [Fact]
    public async Task Members_AreListedWithTheirStanding()
    {
        var now = _store.Time.GetUtcNow();
        await _store.AddUserAsync("local:1", "alice", "Alice");
        await _store.AddUserAsync("local:2", "bob", disabled: true);
        await _store.AddMembershipsAsync(
            "local:1",
            [new() { Scope = "/i/v", Until = now.AddDays(1), Roles = [Roles.VOAdmin] }, new() { Scope = "/i/v", Source = "ldap" }, new() { Scope = "/i/w", Suspended = true }],
            [new() { Scope = "/i/x", Message = "please", RequestedAt = now }, new() { Scope = "/i/y", RejectedAt = now }]);
        await _store.AddMembershipsAsync("local:2", new MembershipState { Scope = "/i/v", Until = now.AddSeconds(-1) }, new MembershipState { Scope = "/i/v/r", Until = now.AddDays(2) });
        await _store.AddMembershipsAsync("client:c", new MembershipState { Scope = "/i/v" });

        Assert.Equal(
            ["local:1 /i/v Active 2", "local:1 /i/w Suspended 1", "local:1 /i/x Pending 0", "local:2 /i/v Ended 1", "local:2 /i/v/r Active 1", "client:c /i/v Active 1"],
            await MembersAsync(new()));
        Assert.Equal(["local:1 /i/v Active 2", "local:2 /i/v Ended 1", "client:c /i/v Active 1"], await MembersAsync(new() { Scopes = ScopeSelection.Of(new("/i/v")) }));
        Assert.Equal(["local:2 /i/v Ended 1", "local:2 /i/v/r Active 1"], await MembersAsync(new() { User = new UserKey("local", "2") }));
        Assert.Equal(["local:1 /i/v Active 2"], await MembersAsync(new() { Role = Roles.VOAdmin }));
        Assert.Equal(["local:1 /i/x Pending 0"], await MembersAsync(new() { Standings = [MemberStanding.Pending] }));
        Assert.Equal(["local:2 /i/v Ended 1"], await MembersAsync(new() { Standings = [MemberStanding.Ended] }));
        Assert.Equal(["local:1 /i/w Suspended 1", "local:2 /i/v Ended 1"], await MembersAsync(new() { Standings = [MemberStanding.Suspended, MemberStanding.Ended] }));
        Assert.Equal(["client:c /i/v Active 1"], await MembersAsync(new() { Text = "CLIENT:" }));
        Assert.Equal(["local:2 /i/v Ended 1", "local:2 /i/v/r Active 1"], await MembersAsync(new() { EndsBefore = now.AddDays(3) }));

        var pending = Assert.Single(Items(await _store.Get<MemberList>().FindAsync(new() { Standings = [MemberStanding.Pending] }, new(), default)));
        Assert.Equal(("please", "Alice"), (pending.Request!.Message, pending.Profile!.DisplayName));
        Assert.All(Items(await _store.Get<MemberList>().FindAsync(new() { Text = "bob" }, new(), default)), item => Assert.True(item.UserDisabled));

        var pages = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await _store.Get<MemberList>().FindAsync(new(), new(2, cursor), default)).Value!;
            pages.AddRange(page.Items.Select(Text));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(await MembersAsync(new()), pages);
    }

    [Fact]
    public async Task Sessions_AreListedWhileTheyLive()
    {
        await _store.SetScopesAsync(new() { Path = "/i", Epoch = 1 }, new() { Path = "/i/v", Epoch = 5 }, new() { Path = "/i/w", Epoch = 6 });
        var one = await _store.AddSessionAsync("s1", "local:1", "192.0.2.1", "/i/v", 5);
        var left = await _store.AddSessionAsync("s2", "local:1", "192.0.2.20", "/i/w", 5);
        var unlisted = await _store.AddSessionAsync("s3", "local:1", "192.0.2.3");
        var other = await _store.AddSessionAsync("s4", "local:2", "198.51.100.1");
        await _store.AddUserAsync("local:1", "alice", "Alice Liddell", null, false, one, left);
        await _store.AddUserAsync("local:2", "bob", "", null, false, other);
        await _store.WriteAsync(StateNames.TokenFamily, "family:1", Family("viewer", "local:1", "s2"));

        Assert.Equal(["s4 - bob 198.51.100.1", "s2 - alice 192.0.2.20", "s1 /i/v alice 192.0.2.1"], await SessionsAsync(new()));
        Assert.Equal(["s4 - bob 198.51.100.1"], await SessionsAsync(new() { User = new UserKey("local", "2") }));
        Assert.Equal(["s4 - bob 198.51.100.1"], await SessionsAsync(new() { Address = "198.51.100.1" }));
        Assert.Equal(["s2 - alice 192.0.2.20", "s1 /i/v alice 192.0.2.1"], await SessionsAsync(new() { Address = "192.0.*" }));
        Assert.Empty(await SessionsAsync(new() { Address = "192.0.2" }));
        Assert.Equal(["s1 /i/v alice 192.0.2.1"], await SessionsAsync(new() { Scopes = ScopeSelection.Below(new("/i")) }));
        Assert.Empty(await SessionsAsync(new() { Scopes = ScopeSelection.Of(new("/i/w")) }));
        Assert.Equal(["s2 - alice 192.0.2.20"], await SessionsAsync(new() { Client = new ClientId("viewer") }));
        Assert.Equal(["s2 - alice 192.0.2.20", "s1 /i/v alice 192.0.2.1"], await SessionsAsync(new() { UserText = "liddell" }));
        Assert.Equal(["s1 /i/v alice 192.0.2.1"], await SessionsAsync(new() { Handle = one.Handle }));
        Assert.DoesNotContain(unlisted.Key, (await SessionsAsync(new())).Select(text => text[..2]));

        _store.Time.Advance(TimeSpan.FromMinutes(29));
        var seenAt = _store.Time.GetUtcNow();
        await _store.Get<Platform.Storage.IActivityStore>().TouchAsync(new(StateNames.Session, "s1"), seenAt, default, default);
        _store.Time.Advance(TimeSpan.FromMinutes(5));
        var live = Assert.Single(Items(await _store.Get<SessionList>().FindAsync(new(), new(), default)));
        Assert.Equal((seenAt.ToUnixTimeMilliseconds(), "test"), (live.LastSeenAt.ToUnixTimeMilliseconds(), live.UserAgent));

        _store.Time.Advance(TimeSpan.FromHours(12));
        await _store.Get<Platform.Storage.IActivityStore>().TouchAsync(new(StateNames.Session, "s1"), _store.Time.GetUtcNow(), default, default);
        Assert.Empty(await SessionsAsync(new()));
    }

    [Fact]
    public async Task ClientsAndFamilies_AreFound()
    {
        await _store.WriteAsync(StateNames.Client, "client:viewer", new ClientState { Definition = new() { Name = "InfraViewer" } });
        await _store.WriteAsync(StateNames.Client, "client:abc", new ClientState { Suspended = true, Definition = new() { Name = "Zoo" } });
        await _store.WriteAsync(StateNames.TokenFamily, "family:1", Family("viewer", "local:1", "s1", "/i/v/r"));
        _store.Time.Advance(TimeSpan.FromMinutes(1));
        await _store.WriteAsync(StateNames.TokenFamily, "family:2", Family("abc", "local:1", null, "/i/w"));
        await _store.WriteAsync(StateNames.TokenFamily, "family:3", Family("abc", "local:1", null) with { Authorization = null, EndedAt = _store.Time.GetUtcNow() });

        Assert.Equal(["viewer", "abc"], await ClientsAsync(new()));
        Assert.Equal(["viewer"], await ClientsAsync(new() { Text = "infra" }));
        Assert.Equal(["abc"], await ClientsAsync(new() { Text = "ABC" }));
        Assert.Equal(["abc"], await ClientsAsync(new() { Suspended = true }));
        Assert.Equal(["viewer"], await ClientsAsync(new() { Suspended = false }));

        Assert.Equal(["2", "1"], await FamiliesAsync(new()));
        Assert.Equal(["1"], await FamiliesAsync(new() { Client = new ClientId("viewer"), User = new UserKey("local", "1") }));
        Assert.Equal(["1"], await FamiliesAsync(new() { Session = new SessionKey("s1") }));
        Assert.Equal(["1"], await FamiliesAsync(new() { Contexts = ScopeSelection.Below(new("/i/v")) }));
        Assert.Empty(await FamiliesAsync(new() { Contexts = ScopeSelection.Of(new("/i/v")) }));
        _store.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await FamiliesAsync(new()));
    }

    [Fact]
    public async Task ActorsSeeTheScopesThatTheyMayAdminister()
    {
        await _store.SetScopesAsync(new() { Path = "/i" }, new() { Path = "/i/v" }, new() { Path = "/i/v/r" }, new() { Path = "/i/w" }, new() { Path = "/i/w/r" });
        await _store.AddMembershipsAsync(
            "local:1",
            new MembershipState { Scope = "/i/v", Roles = [Roles.VOAdmin] },
            new MembershipState { Scope = "/i/w/r", Roles = [Roles.VREManager] },
            new MembershipState { Scope = "/i/w", Roles = [Roles.DataManager] },
            new MembershipState { Scope = "/i", Roles = [Roles.InfrastructureManager], Suspended = true });
        var user = new UserKey("local", "1");
        Assert.Equal("all", await ScopesAsync(AdministrationActor.Operator("root")));
        Assert.Equal("/i/v /i/v/r /i/w/r", await ScopesAsync(AdministrationActor.Of(user, null, "::1")));
        Assert.Equal("/i/v", await ScopesAsync(AdministrationActor.Of(user, new ScopePath("/i/v"), "::1")));
        Assert.Equal("", await ScopesAsync(AdministrationActor.Of(user, new ScopePath("/i/w"), "::1")));
        Assert.Equal("", await ScopesAsync(AdministrationActor.Of(new UserKey("local", "2"), null, "::1")));

        async Task<string> ScopesAsync(AdministrationActor actor)
        {
            var authority = await _store.Get<AuthorityReader>().ReadAsync(actor, default);
            return authority.ScopesWith(Permission.ViewMembers) is { } selection
                ? string.Join(' ', authority.Scopes.ByName.Select(scope => scope.Path).Where(selection.Contains).Order())
                : "all";
        }
    }

    private TokenFamilyState Family(string client, string user, string? session, string? context = null)
    {
        var now = _store.Time.GetUtcNow();
        return new()
        {
            Authorization = new() { Client = client, User = user, Session = session, Context = context },
            StartedAt = now,
            EndsAt = now.AddDays(1),
            IdleEndsAt = now.AddMinutes(30),
        };
    }

    private static IReadOnlyList<T> Items<T>(AdministrationResult<Page<T>> result)
    {
        Assert.True(result.IsDone);
        Assert.Equal(result.Value.Items.Count, result.Value.Total);
        return result.Value.Items;
    }

    private static string Text(MemberListItem item) => $"{item.User} {item.Scope} {item.Standing} {item.Memberships.Length}";

    private async Task<string[]> UsersAsync(UserFilter filter) =>
        [.. Items(await _store.Get<UserList>().FindAsync(filter, new(), default)).Select(item => item.User.Profile.UserName)];

    private async Task<string[]> MembersAsync(MemberFilter filter) => [.. Items(await _store.Get<MemberList>().FindAsync(filter, new(), default)).Select(Text)];

    private async Task<string[]> SessionsAsync(SessionFilter filter) =>
    [
        .. Items(await _store.Get<SessionList>().FindAsync(filter, new(), default))
            .Select(item => $"{item.Session.Key} {item.Session.Scope?.Value ?? "-"} {item.Profile.UserName} {item.Address}"),
    ];

    private async Task<string[]> ClientsAsync(ClientFilter filter) =>
        [.. Items(await _store.Get<ClientList>().FindAsync(filter, new(), default)).Select(item => item.Id.Value)];

    private async Task<string[]> FamiliesAsync(FamilyFilter filter) =>
        [.. Items(await _store.Get<FamilyList>().FindAsync(filter, new(), default)).Select(item => item.Id.Value)];
}
