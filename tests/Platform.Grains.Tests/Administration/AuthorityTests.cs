using Platform.Grains.Administration;
using Platform.Grains.Administration.Members;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Tests.Hosts;
using Platform.Storage;

namespace Platform.Grains.Tests.Administration;

/// <summary>What an act rests on: an authority that another node takes away while the act is under way gives nothing (invariant 2).</summary>
[Collection(GrainNodesTests.Name)]
public sealed class AuthorityTests(GrainNodes nodes)
{
    [Theory]
    [InlineData("the membership")]
    [InlineData("the scope")]
    public async Task TakenAwayWhileAnActIsUnderWay_NothingIsCommitted(string gone)
    {
        var made = await Infrastructure.MakeAsync(nodes);
        var manager = await made.HolderAsync(Roles.VREManager);
        var key = $"authority-{Guid.NewGuid():N}";
        var allowed = new List<bool>();
        await StateTransaction.RunAsync(
            nodes.Get<IStateStore>(0),
            async (transaction, token) =>
            {
                var authority = await Authority.ReadAsync(transaction, manager, nodes.Time.GetUtcNow(), token);
                await transaction.FindAsync<InvitationState>(StateNames.Invitation, key, token);
                allowed.Add(authority.Allows(Permission.AdmitMembers, made.Vre) && authority.Scopes.IsOpen(made.Vre, nodes.Time.GetUtcNow()));
                if (allowed.Count == 1)
                {
                    await TakeAwayAsync();
                }

                if (allowed[^1])
                {
                    transaction.Set(StateNames.Invitation, key, new InvitationState { Scope = made.Vre.Value });
                }
                else
                {
                    transaction.Discard();
                }

                return allowed.Count;
            },
            default);
        Assert.Equal([true, false], allowed);
        Assert.Null(await nodes.Get<IStateStore>(1).ReadAsync(new StateKey(StateNames.Invitation, key), default));

        async Task TakeAwayAsync()
        {
            if (gone == "the scope")
            {
                Infrastructure.Done(await made.Scopes(1).SuspendAsync(Infrastructure.Operator, made.Vre, null, default));
            }
            else
            {
                Infrastructure.Done(await made.Members(1).RemoveAsync(Infrastructure.Operator, made.Vre, manager.Subject!.Value.ToString(), null, default));
            }
        }
    }
}
