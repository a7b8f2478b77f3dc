using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>Members who come into a scope and leave it together.</summary>
/// <param name="Add">Who becomes a plain member, where they are none.</param>
/// <param name="Remove">Whose membership is taken away.</param>
public sealed record MemberSetChange(IReadOnlyCollection<UserKey> Add, IReadOnlyCollection<UserKey> Remove);

/// <summary>Changes who belongs to a scope in one transaction, by the rules of every other way: all of it, or nothing.</summary>
public sealed class MemberSets
{
    /// <summary>How many members change with one request at the most.</summary>
    public const int MaxMembers = 1000;

    private readonly ScopeActs _acts;
    private readonly MemberTable _table;

    internal MemberSets(ScopeActs acts, MemberTable table)
    {
        _acts = acts;
        _table = table;
    }

    /// <summary>Changes it.</summary>
    /// <returns>What changed: who was added and who was removed; or why nothing was.</returns>
    public async Task<AdministrationResult<MemberSetChange>> ChangeAsync(
        AdministrationActor actor, ScopePath scope, MemberSetChange change, CancellationToken cancellationToken) =>
        change.Add.Count + change.Remove.Count > MaxMembers
            ? AdministrationRefusal.Invalid("members", $"At most {MaxMembers} members change with one request.")
            : await _acts.MakeAsync<MemberSetChange>(actor, (act, token) => ApplyAsync(act, scope, change, token), cancellationToken);

    private async Task<AdministrationResult<MemberSetChange>> ApplyAsync(ScopeAct act, ScopePath scope, MemberSetChange change, CancellationToken cancellationToken)
    {
        if (act.RefusalOf(Permission.AdmitMembers, scope, $"You may not admit or change members of {scope}.") is { } refusal)
        {
            return refusal;
        }

        await act.Transaction.PrefetchAsync(
            change.Add.Concat(change.Remove).SelectMany(user => new[] { new StateKey(StateNames.User, user.ToString()), new StateKey(StateNames.Memberships, user.ToString()) }),
            cancellationToken);
        var added = new List<UserKey>();
        foreach (var user in change.Add.Except(change.Remove))
        {
            var (isDone, refused) = await AddAsync(act, scope, user, cancellationToken);
            if (refused is not null)
            {
                return refused;
            }

            if (isDone)
            {
                added.Add(user);
            }
        }

        var removed = new List<UserKey>();
        foreach (var user in change.Remove.Except(change.Add))
        {
            var (isDone, refused) = await RemoveAsync(act, scope, user, cancellationToken);
            if (refused is not null)
            {
                return refused;
            }

            if (isDone)
            {
                removed.Add(user);
            }
        }

        return new MemberSetChange(added, removed);
    }

    private static async Task<(bool IsDone, AdministrationRefusal? Refusal)> AddAsync(ScopeAct act, ScopePath scope, UserKey user, CancellationToken cancellationToken)
    {
        if (await act.Transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken) is null)
        {
            return (false, AdministrationRefusal.Invalid("members", $"There is no user '{user}'."));
        }

        var state = await act.MembershipsAsync(user, cancellationToken);
        var present = MemberRules.Of(state, scope);
        if (present.Any(item => item.Suspended))
        {
            return (false, MemberRules.SuspendedMember);
        }

        if (present.Any(item => !(item.Until <= act.Now)))
        {
            return (false, null);
        }

        var request = state.FindRequest(scope) is { RejectedAt: null } waiting ? waiting : null;
        var given = new Membership(scope, [], null, null, RequestedAt: request?.RequestedAt, AcceptedAt: act.Now, AcceptedBy: act.Actor.Name);
        act.Set(user, state.WithOwn(given).WithoutRequest(scope));
        act.Record(user, scope, $"{(request is null ? "added" : "request accepted")}: {Roles.Member}");
        return (true, null);
    }

    private async Task<(bool IsDone, AdministrationRefusal? Refusal)> RemoveAsync(ScopeAct act, ScopePath scope, UserKey user, CancellationToken cancellationToken)
    {
        var state = await act.MembershipsAsync(user, cancellationToken);
        var present = MemberRules.Of(state, scope);
        var directory = present.FirstOrDefault(item => item.Source is not null)?.Source;
        if (state.FindOwn(scope) is not { } own || own.ToMembership().IsBlock)
        {
            return directory is null
                ? (false, null)
                : (false, AdministrationRefusal.Conflict("from-directory", $"The directory {directory} makes '{user}' a member; that ends there."));
        }

        // Without it the directory's membership would count again.
        if (own.Suspended && directory is not null)
        {
            return (false, AdministrationRefusal.Conflict("from-directory", $"'{user}' is suspended, and the directory {directory} makes them a member, too: end the suspension first."));
        }

        var after = state.WithoutOwn(scope);
        if ((MemberRules.RefusalOfRoles(act, own.Roles, scope)
            ?? await MemberRules.RefusalOfLastManagerAsync(act, _table, user, scope, state, after, cancellationToken)) is { } refusal)
        {
            return (false, refusal);
        }

        act.Set(user, after);
        act.Record(user, scope, "removed");
        return (true, null);
    }
}
