using Platform.Grains.Administration;
using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Idempotency;
using Platform.Grains.Administration.Keys;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Sessions;
using Platform.Grains.Administration.Users;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Tests.Hosts;
using Platform.Grains.Tests.OAuth;
using Platform.Grains.Users;

namespace Platform.Grains.Tests.Administration.Users;

/// <summary>What one node changes, the other knows at its next look; what may happen once happens once on both.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class UserAdministrationTests(GrainNodes nodes)
{
    private static AdministrationActor Operator => GrainNodes.Operator;

    [Fact]
    public async Task ResetLink_IsUsedOnce_AndClosesSessionsOnlyThen()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        var earlier = (await nodes.Get<OwnAccount>(0).MakeResetLinkAsync(Operator, user.ToString(), default)).Value!;
        var link = (await nodes.Get<OwnAccount>(0).MakeResetLinkAsync(Operator, user.ToString(), default)).Value!;
        Assert.NotNull(await nodes.Check(1).FindLiveAsync(session, default));
        Assert.Equal("no-such-reset-link", (await nodes.Get<OwnAccount>(1).UseResetLinkAsync(earlier.Token, "another password", "::1", default)).Refusal?.Code);
        Assert.Equal("invalid-value", (await nodes.Get<OwnAccount>(1).UseResetLinkAsync(link.Token, "short", "::1", default)).Refusal?.Code);

        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => nodes.Get<OwnAccount>(i % 2).UseResetLinkAsync(link.Token, $"another password {i}", "::1", default)));
        Assert.Single(uses, use => use.IsDone);
        Assert.All(uses.Where(use => !use.IsDone), use => Assert.Equal("no-such-reset-link", use.Refusal!.Code));
        Assert.Null(await nodes.Check(1).FindLiveAsync(session, default));
    }

    [Fact]
    public async Task ResetLink_IsOverAfterItsTime_AndWithTheUser()
    {
        var user = await nodes.NewUserAsync();
        var disabled = (await nodes.Get<OwnAccount>(0).MakeResetLinkAsync(Operator, user.ToString(), default)).Value!;
        await nodes.SetDisabledAsync(user, true);
        await nodes.SetDisabledAsync(user, false);
        Assert.False((await nodes.Get<OwnAccount>(1).FindByResetLinkAsync(disabled.Token, default)).IsDone);
        var link = (await nodes.Get<OwnAccount>(0).MakeResetLinkAsync(Operator, user.ToString(), default)).Value!;
        Assert.True((await nodes.Get<OwnAccount>(1).FindByResetLinkAsync(link.Token, default)).IsDone);
        nodes.Time.Advance(OwnAccount.LinkLifetime);
        Assert.False((await nodes.Get<OwnAccount>(1).FindByResetLinkAsync(link.Token, default)).IsDone);
    }

    [Fact]
    public async Task WhatAManagerMade_IsOverWithTheirAuthority()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var manager = await made.HolderAsync(Roles.InfrastructureManager);
        var users = new[] { await nodes.NewUserAsync(), await nodes.NewUserAsync(), await nodes.NewUserAsync() };
        var links = new List<string>();
        foreach (var user in users)
        {
            links.Add(Infrastructure.Done(await nodes.Get<OwnAccount>(0).MakeResetLinkAsync(manager, user.ToString(), default)).Token);
        }

        var invitation = Infrastructure.Done(await made.Invitations().InviteAsync(manager, made.Vre, new NewInvitation(), default)).Secret;
        Infrastructure.Done(await nodes.Get<OwnAccount>(1).UseResetLinkAsync(links[0], "another password", "::1", default));

        var elsewhere = await Infrastructure.MakeAsync(nodes);
        await AddAsync(elsewhere, elsewhere.Root, users[1], Roles.InfrastructureManager);
        Assert.Equal("no-such-reset-link", (await nodes.Get<OwnAccount>(1).UseResetLinkAsync(links[1], "another password", "::1", default)).Refusal?.Code);

        await nodes.SetDisabledAsync(manager.Subject!.Value, true);
        Assert.Equal("no-such-reset-link", (await nodes.Get<OwnAccount>(1).UseResetLinkAsync(links[2], "another password", "::1", default)).Refusal?.Code);
        var guest = Infrastructure.Actor(await nodes.NewUserAsync());
        Assert.Equal("no-such-invitation", (await made.Admissions(1).AcceptInvitationAsync(guest, invitation, default)).Refusal?.Code);
    }

    [Fact]
    public async Task ARemovedUser_IsNotMadeAnewByALoginThatWasUnderWay()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        var epoch = (await nodes.Grains(1).User(user).FindAsync())!.Epoch;
        Assert.True((await nodes.Users(0).RemoveAsync(Operator, user.ToString(), null, default)).IsDone);
        Assert.Null(await nodes.Check(1).FindLiveAsync(session, default));
        var start = GrainNodes.Start(SessionKey.FromId(SessionId.New())) with { Epoch = epoch };
        Assert.Null((await nodes.Grains(1).User(user).StartSessionAsync(start)).Session);
        Assert.Null(await nodes.Grains(1).User(user).AcceptLoginAsync(new AcceptLogin(start.Profile, "::1", epoch)));
        Assert.Null(await nodes.Grains(0).User(user).FindAsync());
    }

    [Fact]
    public async Task ChangesThatRestOnAnOldTag_ChangeNothing()
    {
        var user = (await nodes.NewUserAsync()).ToString();
        var seen = (await nodes.Users(0).FindAsync(Operator, user, default)).Value!;
        var changes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => nodes.Users(i % 2).ChangeProfileAsync(Operator, user, new ProfileChange($"Name {i}", null), [seen.Tag], default)));
        Assert.Single(changes, change => change.IsDone);
        Assert.All(changes.Where(change => !change.IsDone), change => Assert.Equal(RefusalKind.PreconditionFailed, change.Refusal!.Kind));
    }

    [Fact]
    public async Task SomebodyWhoMayNot_ChangesNothing()
    {
        var nobody = AdministrationActor.Of(await nodes.NewUserAsync(), null, "::1");
        var user = (await nodes.NewUserAsync()).ToString();
        Assert.Equal(RefusalKind.Forbidden, (await nodes.Users(0).SetDisabledAsync(nobody, user, true, null, default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await nodes.Users(0).RemoveAsync(nobody, user, null, default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await nodes.Users(0).CreateAsync(nobody, new NewUser("x", null, null, null), default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await nodes.Get<SessionAdministration>(0).EndAllAsync(nobody, default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await nodes.Get<KeyAdministration>(0).RotateAsync(nobody, default)).Refusal?.Kind);
    }

    [Fact]
    public async Task OwnPassword_AsksForThePresentOne_AndEndsSessions()
    {
        var user = await nodes.NewUserAsync();
        var session = await nodes.LoginAsync(0, user);
        var actor = AdministrationActor.Of(user, null, "::1");
        var from = System.Net.IPAddress.IPv6Loopback;
        Assert.Equal("presentPassword", (await nodes.Get<OwnAccount>(0).ChangePasswordAsync(actor, "not mine", "another password", from, default)).Refusal?.Field);
        Assert.NotNull(await nodes.Check(1).FindLiveAsync(session, default));
        Assert.True((await nodes.Get<OwnAccount>(0).ChangePasswordAsync(actor, "a password", "another password", from, default)).IsDone);
        Assert.Null(await nodes.Check(1).FindLiveAsync(session, default));
    }

    [Fact]
    public async Task AKey_IsTakenOnceByAllNodes_AndGivesTheAnswerAgain()
    {
        var key = Guid.NewGuid().ToString("N");
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => nodes.Get<IIdempotencyKeys>(i % 2).ClaimAsync(key, "content", default)));
        Assert.Single(claims, claim => claim.State == IdempotencyState.Taken);
        Assert.Equal(7, claims.Count(claim => claim.State == IdempotencyState.UnderWay));
        await nodes.Get<IIdempotencyKeys>(0).KeepAsync(key, [1, 2, 3], default);
        Assert.Equal([1, 2, 3], (await nodes.Get<IIdempotencyKeys>(1).ClaimAsync(key, "content", default)).Answer);
        Assert.Equal(IdempotencyState.Reused, (await nodes.Get<IIdempotencyKeys>(1).ClaimAsync(key, "other", default)).State);
    }

    [Fact]
    public async Task ClientSecrets_Overlap_AndOneThatIsOverTakesNoTokenWithIt()
    {
        var clients = nodes.Get<ClientAdministration>(0);
        var definition = OAuthFacts.Definition with { Authentication = ClientAuthentication.SecretBasic };
        var made = (await clients.CreateAsync(Operator, new NewClient(null, definition, []), default)).Value!;
        var id = made.Client.Client.Id;
        var rotated = (await clients.RotateSecretAsync(Operator, id.Value, TimeSpan.FromHours(1), [made.Client.Tag], default)).Value!;
        Assert.Equal(2, rotated.Client.Client.Definition.Secrets.Length);
        Assert.Equal(made.Client.Client.Epoch, rotated.Client.Client.Epoch);
        Assert.Equal("changed-meanwhile", (await clients.RotateSecretAsync(Operator, id.Value, TimeSpan.FromHours(1), [made.Client.Tag], default)).Refusal?.Code);

        nodes.Time.Advance(TimeSpan.FromHours(2));
        var again = (await clients.RotateSecretAsync(Operator, id.Value, TimeSpan.FromHours(1), null, default)).Value!;
        Assert.Equal(2, again.Client.Client.Definition.Secrets.Length);
        Assert.Equal(made.Client.Client.Epoch, again.Client.Client.Epoch);

        var atOnce = (await clients.RotateSecretAsync(Operator, id.Value, TimeSpan.Zero, null, default)).Value!;
        Assert.Single(atOnce.Client.Client.Definition.Secrets);
        Assert.NotEqual(made.Client.Client.Epoch, atOnce.Client.Client.Epoch);
    }

    [Fact]
    public async Task Owners_LookAfterTheirClient_AndGetItNoMoreRights()
    {
        var clients = nodes.Get<ClientAdministration>(1);
        var owner = await nodes.NewUserAsync();
        var actor = AdministrationActor.Of(owner, null, "::1");
        var definition = OAuthFacts.Definition with { Authentication = ClientAuthentication.SecretBasic };
        var id = (await clients.CreateAsync(Operator, new NewClient(null, definition, [owner.ToString()]), default)).Value!.Client.Client.Id.Value;
        Assert.True((await clients.ChangeAsync(actor, id, new ClientChange(client => client with { Name = "Mine" }), null, default)).IsDone);
        Assert.Equal(RefusalKind.Forbidden, (await clients.ChangeAsync(actor, id, new ClientChange(client => client with { Trusted = true }), null, default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await clients.ChangeAsync(actor, id, new ClientChange(client => client, []), null, default)).Refusal?.Kind);
        Assert.NotNull((await clients.RotateSecretAsync(actor, id, TimeSpan.FromMinutes(1), null, default)).Value?.Secret);
        Assert.True((await clients.SetSuspendedAsync(actor, id, true, null, default)).IsDone);
        Assert.Equal(RefusalKind.Forbidden, (await clients.SetSuspendedAsync(actor, id, false, null, default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await clients.RemoveAsync(actor, id, null, default)).Refusal?.Kind);
        var stranger = AdministrationActor.Of(await nodes.NewUserAsync(), null, "::1");
        Assert.Equal(RefusalKind.NotFound, (await clients.FindAsync(stranger, id, default)).Refusal?.Kind);
    }

    [Fact]
    public async Task WhoSeesMembersOfOneScope_FiltersByNothingElsewhere()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var hidden = await made.NewVreAsync(ScopeAdmission.Private);
        var manager = await made.HolderAsync(Roles.VREManager);
        var member = await made.NewMemberAsync();
        await AddAsync(made, hidden, member, Roles.DataManager);
        Assert.Equal(2, (await ListAsync(new UserFilter())).Total);
        Assert.Equal(2, (await ListAsync(new UserFilter { MembersOf = ScopeSelection.Below(made.Vo) })).Total);
        Assert.Equal(1, (await ListAsync(new UserFilter { Role = Roles.VREManager })).Total);
        Assert.Equal(0, (await ListAsync(new UserFilter { MembersOf = ScopeSelection.Of(hidden) })).Total);
        Assert.Equal(0, (await ListAsync(new UserFilter { Role = Roles.DataManager })).Total);
        Assert.Equal(0, (await ListAsync(new UserFilter { Role = Roles.DataManager, MembersOf = ScopeSelection.Below(made.Root) })).Total);

        async Task<Page<UserListItem>> ListAsync(UserFilter filter) => Infrastructure.Done(await nodes.Users(0).ListAsync(manager, filter, new PageRequest(), default));
    }

    [Fact]
    public async Task AClientThatHoldsMoreThanItsAdministrator_IsNotTakenOver()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var elsewhere = await (await Infrastructure.MakeAsync(nodes)).HolderAsync(Roles.InfrastructureManager);
        var manager = await made.HolderAsync(Roles.InfrastructureManager);
        var clients = nodes.Get<ClientAdministration>(0);
        var accomplice = (await nodes.NewUserAsync()).ToString();
        var definition = OAuthFacts.Definition with { Authentication = ClientAuthentication.SecretBasic };
        var id = Infrastructure.Done(await clients.CreateAsync(Operator, new NewClient(null, definition, []), default)).Client.Client.Id;
        await AddAsync(made, made.Root, id.AsMember, Roles.InfrastructureManager);

        Assert.Equal(RefusalKind.Forbidden, (await clients.ChangeAsync(elsewhere, id.Value, new ClientChange(client => client, [accomplice]), null, default)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await clients.ChangeAsync(elsewhere, id.Value, new ClientChange(WithKeyElsewhere), null, default)).Refusal?.Kind);
        Infrastructure.Done(await clients.ChangeAsync(elsewhere, id.Value, new ClientChange(client => client with { Name = "Renamed" }), null, default));
        Infrastructure.Done(await clients.ChangeAsync(manager, id.Value, new ClientChange(client => client, [accomplice]), null, default));

        static ClientDefinition WithKeyElsewhere(ClientDefinition client) =>
            client with { Authentication = ClientAuthentication.PrivateKeyJwt, JwksUri = "https://elsewhere.example.org/jwks" };
    }

    [Fact]
    public async Task ATokenForOneScope_ListsNoClientsOfItsOwner()
    {
        var owner = await nodes.NewUserAsync();
        var clients = nodes.Get<ClientAdministration>(0);
        Infrastructure.Done(await clients.CreateAsync(Operator, new NewClient(null, OAuthFacts.Definition, [owner.ToString()]), default));
        Assert.Equal(1, Infrastructure.Done(await clients.ListAsync(AdministrationActor.Of(owner, null, "::1"), new ClientFilter(), new PageRequest(), default)).Total);
        var limited = AdministrationActor.Of(owner, new ScopePath("/i/Vo/Vre"), "::1");
        Assert.Equal(0, Infrastructure.Done(await clients.ListAsync(limited, new ClientFilter(), new PageRequest(), default)).Total);
    }

    [Fact]
    public async Task TextThatNoDatabaseTakes_IsNobody()
    {
        Assert.Equal("no-such-user", (await nodes.Users(0).FindAsync(Operator, "local:\0", default)).Refusal?.Code);
        var client = new NewClient(null, OAuthFacts.Definition, ["local:\0"]);
        Assert.Equal("owners", (await nodes.Get<ClientAdministration>(0).CreateAsync(Operator, client, default)).Refusal?.Field);
        Assert.Equal(0, Infrastructure.Done(await nodes.Users(0).ListAsync(Operator, new UserFilter { Text = "a\uFFFEb" }, new PageRequest(), default)).Total);
    }

    private static async Task AddAsync(Infrastructure made, ScopePath scope, UserKey user, string role) =>
        Infrastructure.Done(await made.Members().AddAsync(Infrastructure.Operator, scope, new NewMember(user.ToString()) { Roles = [role] }, default));
}
