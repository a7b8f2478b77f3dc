using System.Text;
using System.Text.Json;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Bulk;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;

namespace Platform.Grains.Tests.Administration;

/// <summary>A file gives nobody what one act at a time would not.</summary>
[Collection(GrainNodesTests.Name)]
public sealed class BulkTests(GrainNodes nodes)
{
    [Fact]
    public async Task Suspension_TakesNoRoleThatADirectoryGives_AndThatTheActorDoesNotHold()
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var admin = Infrastructure.Actor(await made.NewMemberAsync(made.Root, Roles.VOAdmin));
        await made.HolderAsync(Roles.InfrastructureManager);
        var manager = await nodes.NewUserAsync();
        await nodes.Grains(0).Memberships(manager).ReplaceFromDirectoryAsync("ldap", [new Membership(made.Root, [Roles.InfrastructureManager], null, null)]);
        var row = new { scope = made.Root.Value, user = manager.ToString(), suspended = true };
        Assert.Contains(Roles.InfrastructureManager, Assert.Single((await ImportAsync(admin, row)).Problems).Message, StringComparison.Ordinal);
        Assert.False(Infrastructure.Done(await made.Members().FindAsync(Infrastructure.Operator, made.Root, manager.ToString(), default)).Suspended);

        Assert.Empty((await ImportAsync(Infrastructure.Operator, row)).Problems);
        Assert.NotEmpty((await ImportAsync(admin, row with { suspended = false })).Problems);
        Assert.True(Infrastructure.Done(await made.Members().FindAsync(Infrastructure.Operator, made.Root, manager.ToString(), default)).Suspended);
    }

    [Theory]
    [InlineData("local:\0")]
    [InlineData("\0")]
    [InlineData("local:\n")]
    public async Task UserThatNoDatabaseTakes_IsAProblem(string user)
    {
        var made = await Infrastructure.MakeAsync(nodes);
        Assert.NotEmpty((await ImportAsync(Infrastructure.Operator, new { scope = made.Vre.Value, user, suspended = false })).Problems);
    }

    [Theory]
    [InlineData(Roles.VREManager, true)]
    [InlineData(Roles.DataManager, false)]
    [InlineData("stranger", false)]
    public async Task FileOfMembers_IsReadForThoseAloneWhoAdmitAnybody(string role, bool isRead)
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var result = await nodes.Get<MemberImporter>(0).ImportAsync(await made.HolderAsync(role), "[]"u8.ToArray(), new BulkOptions(BulkFormat.Json), default);
        Assert.Equal(isRead ? null : RefusalKind.Forbidden, result.Refusal?.Kind);
    }

    private async Task<BulkOutcome> ImportAsync<T>(AdministrationActor actor, T row) => Infrastructure.Done(await nodes.Get<MemberImporter>(0).ImportAsync(
        actor, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new[] { row })), new BulkOptions(BulkFormat.Json), default));
}
