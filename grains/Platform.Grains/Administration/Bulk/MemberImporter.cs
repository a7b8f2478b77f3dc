using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>
/// Imports memberships from a file, for each scope with the authority that the actor has there: nobody gives or takes more than they hold.
/// Memberships that the file does not name stay as they are.
/// </summary>
public sealed class MemberImporter
{
    private readonly IStateStore _store;
    private readonly IAuditLog _audit;
    private readonly MemberTable _table;
    private readonly TimeProvider _time;

    internal MemberImporter(IStateStore store, IAuditLog audit, MemberTable table, TimeProvider time)
    {
        _store = store;
        _audit = audit;
        _table = table;
        _time = time;
    }

    /// <summary>Why the actor imports no members, so that nobody else's file is even read; null: there are scopes whose members they may admit.</summary>
    public Task<AdministrationRefusal?> FindRefusalAsync(AdministrationActor actor, CancellationToken cancellationToken) => StateTransaction.RunAsync(
        _store,
        async (transaction, token) => (await Authority.ReadAsync(transaction, actor, _time.GetUtcNow(), token)).AllowsSomewhere(Permission.AdmitMembers)
            ? null
            : AdministrationRefusal.Forbidden("Members are imported by who may admit them."),
        cancellationToken);

    /// <summary>Imports. Repeating it changes nothing.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="content">The file.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    public async Task<AdministrationResult<BulkOutcome>> ImportAsync(
        AdministrationActor actor, ReadOnlyMemory<byte> content, BulkOptions options, CancellationToken cancellationToken)
    {
        if (await FindRefusalAsync(actor, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var file = BulkFile.Read(content, options.Format, MemberRows.Columns);
        var reader = new MemberRows();
        var rows = new List<(MemberRow Row, ImportPlace Place)>();
        foreach (var row in file.Rows)
        {
            if (reader.Read(row, file) is { } read)
            {
                rows.Add((read, row.Place));
            }
        }

        var lines = new Dictionary<(ScopePath, UserKey), int>();
        var run = new BulkRun<MemberRow>(
            _store, _audit, (transaction, batch, problems, token) => ApplyAsync(transaction, actor, batch, problems, lines, token));
        return await run.RunAsync(file, rows, options, cancellationToken);
    }

    private async Task<IReadOnlyList<BulkChange>?> ApplyAsync(
        StateTransaction transaction,
        AdministrationActor actor,
        IReadOnlyList<(MemberRow Row, ImportPlace Place)> rows,
        BulkFile file,
        Dictionary<(ScopePath, UserKey), int> lines,
        CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var act = new ScopeAct(transaction, actor, await Authority.ReadAsync(transaction, actor, now, cancellationToken), now);
        return await new Batch(act, _table, file, lines).ApplyAsync(rows, cancellationToken);
    }

    /// <summary>One transaction's part of the file.</summary>
    private sealed class Batch(ScopeAct act, MemberTable table, BulkFile file, Dictionary<(ScopePath Scope, UserKey User), int> lines)
    {
        public async Task<IReadOnlyList<BulkChange>?> ApplyAsync(IReadOnlyList<(MemberRow Row, ImportPlace Place)> rows, CancellationToken cancellationToken)
        {
            var users = await FindUsersAsync(rows, cancellationToken);
            var changes = new List<BulkChange>(rows.Count);
            var problems = file.Problems.Count;
            for (var i = 0; i < rows.Count; i++)
            {
                var row = rows[i].Row;
                if (FindFault(row, users[i]) is { } fault)
                {
                    file.Report(fault.Place, fault.Message);
                }
                else if (await ApplyAsync(row, users[i]!.Value, cancellationToken) is { } change)
                {
                    changes.Add(change);
                }
            }

            return file.Problems.Count > problems ? null : changes;
        }

        /// <summary>Who the rows are about: their names and users, read at once.</summary>
        private async Task<List<UserKey?>> FindUsersAsync(IReadOnlyList<(MemberRow Row, ImportPlace Place)> rows, CancellationToken cancellationToken)
        {
            await act.Transaction.PrefetchAsync(
                rows.Select(one => LocalName.TryParse(one.Row.User, out var name) ? new StateKey(StateNames.LocalName, name.GrainKey) : default).Where(key => key != default),
                cancellationToken);
            var candidates = new List<UserKey?>(rows.Count);
            foreach (var (row, _) in rows)
            {
                candidates.Add(UserLookup.TryParseKey(row.User, out var key) ? key : await UserLookup.FindHolderAsync(act.Transaction, row.User, cancellationToken));
            }

            await act.Transaction.PrefetchAsync(
                candidates.OfType<UserKey>().SelectMany(key => new[] { new StateKey(StateNames.User, key.ToString()), new StateKey(StateNames.Memberships, key.ToString()) }),
                cancellationToken);
            for (var i = 0; i < candidates.Count; i++)
            {
                if (candidates[i] is { } key && await act.Transaction.FindAsync<UserState>(StateNames.User, key.ToString(), cancellationToken) is null)
                {
                    candidates[i] = null;
                }
            }

            return candidates;
        }

        private ImportProblem? FindFault(MemberRow row, UserKey? user)
        {
            if (act.RefusalOf(Permission.AdmitMembers, row.Scope, $"You may not admit or change members of {row.Scope}.") is { } refusal)
            {
                return new ImportProblem(row.ScopePlace, refusal.Message);
            }

            return user is not { } key ? new ImportProblem(row.UserPlace, $"There is no user '{row.User}'.")
                : !lines.TryAdd((row.Scope, key), row.UserPlace.Line) && lines[(row.Scope, key)] != row.UserPlace.Line
                    ? new ImportProblem(row.UserPlace, $"This membership is in line {lines[(row.Scope, key)]} already, with another name of the user.")
                    : null;
        }

        private async Task<BulkChange?> ApplyAsync(MemberRow row, UserKey user, CancellationToken cancellationToken)
        {
            var state = await act.MembershipsAsync(user, cancellationToken);
            var before = state.FindOwn(row.Scope);
            if (before?.ToMembership().IsBlock == true)
            {
                file.Report(row.UserPlace, MemberRules.SuspendedMember.Message);
                return null;
            }

            var next = Merge(state, before, row);
            if (before is not null && next.Same(before))
            {
                return new BulkChange(BulkEffect.Unchanged, null);
            }

            var after = state.WithOwn(next.ToMembership()).WithoutRequest(row.Scope);
            var ends = next.Until != before?.Until ? ScopeTexts.RefusalOfEnd(MemberRows.Until, next.Until, act.Now) : null;

            // Who may not give a role changes no membership that has it, either; a suspension takes what directories give, too.
            var suspended = next.Suspended == (before?.Suspended ?? false) ? [] : MemberRules.Of(state, row.Scope).SelectMany(item => item.Roles);
            if ((ends
                ?? MemberRules.RefusalOfRoles(act, next.Roles.Union(before?.Roles ?? []).Union(suspended), row.Scope)
                ?? await MemberRules.RefusalOfLastManagerAsync(act, table, user, row.Scope, state, after, cancellationToken)) is { } refusal)
            {
                file.Report(refusal.Field == "roles" ? row.RolesPlace : row.UserPlace, refusal.Message);
                return null;
            }

            act.Set(user, after);
            return new BulkChange(
                before is null ? BulkEffect.Added : BulkEffect.Changed,
                new AuditEntry(AuditActions.ChangeMembership, AuditEntry.Ok, act.Actor.Name, user.ToString(), act.Actor.Address, $"{row.Scope} {(before is null ? "added" : "changed")}: {Describe(next)} (import)", row.Scope.Value));
        }

        private MembershipState Merge(MembershipsState state, MembershipState? before, MemberRow row)
        {
            var known = before ?? new MembershipState
            {
                Scope = row.Scope.Value,
                RequestedAt = state.FindRequest(row.Scope) is { RejectedAt: null } request ? request.RequestedAt : null,
                AcceptedAt = act.Now,
                AcceptedBy = act.Actor.Name,
            };
            return known with
            {
                Roles = row.Roles ?? known.Roles,
                Until = row.Until is { } until ? until.Value : known.Until,
                Suspended = row.Suspended ?? known.Suspended,
            };
        }

        private static string Describe(MembershipState membership) => string.Join(", ", new[]
        {
            membership.Roles.Length == 0 ? Roles.Member : string.Join(' ', membership.Roles),
            membership.Until is { } until ? $"until {ImportTime.Write(until)}" : null,
            membership.Suspended ? "suspended" : null,
        }.OfType<string>());
    }
}
