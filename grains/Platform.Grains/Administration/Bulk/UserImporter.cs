using Platform.Grains.Administration.Members;
using Platform.Grains.Administration.Users;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Bulk;

/// <summary>
/// Imports local users from a file. Who has no password in it gets none: they log in after a reset link. Users that the file does not name
/// stay as they are.
/// </summary>
public sealed class UserImporter
{
    private readonly IStateStore _store;
    private readonly IAuditLog _audit;
    private readonly MemberTable _members;
    private readonly TimeProvider _time;

    internal UserImporter(IStateStore store, IAuditLog audit, MemberTable members, TimeProvider time)
    {
        _store = store;
        _audit = audit;
        _members = members;
        _time = time;
    }

    /// <summary>Imports. Repeating it changes nothing.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="content">The file.</param>
    /// <param name="options">How.</param>
    /// <param name="isPasswordHash">Whether a text is a password's hash in the platform's form.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    public async Task<AdministrationResult<BulkOutcome>> ImportAsync(
        AdministrationActor actor, ReadOnlyMemory<byte> content, BulkOptions options, Func<string, bool> isPasswordHash, CancellationToken cancellationToken)
    {
        if (await FindRefusalAsync(actor, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var file = BulkFile.Read(content, options.Format, UserRows.Columns);
        var reader = new UserRows(isPasswordHash);
        var rows = new List<(UserRow Row, ImportPlace Place)>();
        foreach (var row in file.Rows)
        {
            if (reader.Read(row, file) is { } read)
            {
                rows.Add((read, row.Place));
            }
        }

        var run = new BulkRun<UserRow>(_store, _audit, (transaction, batch, problems, token) => ApplyAsync(transaction, actor, batch, problems, token));
        return await run.RunAsync(file, rows, options, cancellationToken);
    }

    /// <summary>Why the actor imports no users, so that nobody else's file is even read; null: they may.</summary>
    public Task<AdministrationRefusal?> FindRefusalAsync(AdministrationActor actor, CancellationToken cancellationToken) =>
        StateTransaction.RunAsync(
            _store,
            async (transaction, token) => (await Authority.ReadAsync(transaction, actor, _time.GetUtcNow(), token)).AllowsAnywhere(Permission.ManageUsers)
                ? null
                : AdministrationRefusal.Forbidden("Users are imported by who manages users at an infrastructure."),
            cancellationToken);

    private async Task<IReadOnlyList<BulkChange>?> ApplyAsync(
        StateTransaction transaction,
        AdministrationActor actor,
        IReadOnlyList<(UserRow Row, ImportPlace Place)> batch,
        BulkFile file,
        CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var authority = await Authority.ReadAsync(transaction, actor, now, cancellationToken);
        if (!authority.AllowsAnywhere(Permission.ManageUsers))
        {
            file.Report(batch[0].Place, "you may not manage users any more; what comes before was imported");
            return null;
        }

        await transaction.PrefetchAsync(batch.Select(one => new StateKey(StateNames.LocalName, one.Row.Name.GrainKey)), cancellationToken);
        var holders = new List<UserKey?>(batch.Count);
        foreach (var (row, _) in batch)
        {
            holders.Add(await UserLookup.FindHolderAsync(transaction, row.Name.Value, cancellationToken));
        }

        await transaction.PrefetchAsync(holders.OfType<UserKey>().Select(holder => new StateKey(StateNames.User, holder.ToString())), cancellationToken);
        var changes = new List<BulkChange>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            // A name whose holder was never written belongs to a user who was not made after all.
            var user = holders[i] ?? new UserKey(UserKey.Local, Guid.NewGuid().ToString("N"));
            var (row, place) = batch[i];
            if (holders[i] is not null && row.PasswordHash is { } hash
                && (await transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken))?.PasswordHash is var present && present != hash
                && await AdministeredRow.HoldsMoreAsync(transaction, authority, user, now, cancellationToken))
            {
                file.Report(place, AdministeredRow.HoldsMore.Message);
                continue;
            }

            if (row.Disabled is true
                && await transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken) is { } state
                && await LastManagers.RefusalAsync(transaction, actor, new AdministeredRow(user, state, authority), _members, now, cancellationToken) is { } last)
            {
                file.Report(place, last.Message);
                continue;
            }

            changes.Add(await ApplyAsync(transaction, actor, row, user, now, cancellationToken));
        }

        return changes;
    }

    private static async Task<BulkChange> ApplyAsync(
        StateTransaction transaction, AdministrationActor actor, UserRow row, UserKey user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var existing = await transaction.FindAsync<UserState>(StateNames.User, user.ToString(), cancellationToken);
        var next = Merge(existing, row, now);
        if (next == existing)
        {
            return new BulkChange(BulkEffect.Unchanged, null);
        }

        if (existing is null)
        {
            await transaction.FindAsync<LocalNameState>(StateNames.LocalName, row.Name.GrainKey, cancellationToken);
            transaction.Set(StateNames.LocalName, row.Name.GrainKey, new LocalNameState { Holder = user.ToString() });
        }

        transaction.Set(StateNames.User, user.ToString(), next);
        var detail = existing is null ? $"added: {row.Name}" : Describe(existing, next);
        return new BulkChange(
            existing is null ? BulkEffect.Added : BulkEffect.Changed,
            new AuditEntry(AuditActions.ChangeUser, AuditEntry.Ok, actor.Name, user.ToString(), actor.Address, $"{detail} (import)"));
    }

    private static UserState Merge(UserState? existing, UserRow row, DateTimeOffset now)
    {
        var profile = new UserProfile(
            existing?.UserName ?? row.UserName,
            row.DisplayName ?? existing?.DisplayName ?? row.UserName,
            row.Mail switch { null => existing?.Mail, "" => null, var mail => mail });
        if (existing is null)
        {
            return UserChanges.Make(profile, row.PasswordHash, now) with { Disabled = row.Disabled ?? false };
        }

        var next = existing with { DisplayName = profile.DisplayName, Mail = profile.Mail };
        next = row.PasswordHash is { } hash && hash != next.PasswordHash ? UserChanges.SetPassword(next, hash) : next;
        return row.Disabled is { } disabled && disabled != next.Disabled ? UserChanges.SetDisabled(next, disabled) : next;
    }

    private static string Describe(UserState before, UserState after) => "changed: " + string.Join(", ", new[]
    {
        before.DisplayName != after.DisplayName ? "full name" : null,
        before.Mail != after.Mail ? "mail address" : null,
        before.PasswordHash != after.PasswordHash ? "password" : null,
        before.Disabled != after.Disabled ? after.Disabled ? "disabled" : "enabled" : null,
    }.OfType<string>());
}
