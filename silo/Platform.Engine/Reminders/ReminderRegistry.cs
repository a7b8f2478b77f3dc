using System.Diagnostics.CodeAnalysis;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Platform.Engine.Activations;
using Platform.Storage;

namespace Platform.Engine.Reminders;

/// <summary>A reminder's row.</summary>
/// <param name="GrainType">The grain class's name.</param>
/// <param name="GrainKey">The grain's key.</param>
/// <param name="Name">The reminder's name within the grain.</param>
/// <param name="StartAt">The first tick, in milliseconds since 1970 (UTC).</param>
/// <param name="PeriodMs">The time between ticks in milliseconds.</param>
/// <param name="NextAt">The tick that is due next, in milliseconds since 1970 (UTC).</param>
internal sealed record ReminderRow(string GrainType, string GrainKey, string Name, long StartAt, long PeriodMs, long NextAt)
{
    /// <summary>The first tick after now: those that were missed are made up for by one.</summary>
    public long FollowingAt(long now) => now < StartAt ? StartAt : StartAt + (((now - StartAt) / PeriodMs) + 1) * PeriodMs;
}

/// <summary>The reminders of all grains, in one table that all nodes share.</summary>
internal sealed class ReminderRegistry(IServiceProvider services, TimeProvider clock)
{
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMinutes(1);

    private const string Columns =
        "grain_type as GrainType, grain_key as GrainKey, name as Name, start_at as StartAt, period_ms as PeriodMs, next_at as NextAt";

    private const string SameReminder = "grain_type = @GrainType and grain_key = @GrainKey and name = @Name";

    // Only what has reminders needs a database.
    [field: AllowNull, MaybeNull]
    private IDatabase Database => field ??= services.GetRequiredService<IDatabase>();

    public async Task<IGrainReminder> RegisterAsync(Activation grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, ShortestPeriod);
        var startAt = clock.GetUtcNow().Add(dueTime).ToUnixTimeMilliseconds();
        var row = new ReminderRow(grain.Class.Name, grain.Key, name, startAt, (long)period.TotalMilliseconds, startAt);
        await Database.WriteAsync(
            (connection, transaction, cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
                """
                insert into reminder (grain_type, grain_key, name, start_at, period_ms, next_at)
                values (@GrainType, @GrainKey, @Name, @StartAt, @PeriodMs, @NextAt)
                on conflict (grain_type, grain_key, name)
                do update set start_at = excluded.start_at, period_ms = excluded.period_ms, next_at = excluded.next_at
                """,
                row, transaction, cancellationToken: cancellationToken)),
            CancellationToken.None);
        return new Reminder(name);
    }

    public async Task<IGrainReminder?> FindAsync(Activation grain, string name)
    {
        var found = await Database.ReadAsync(
            (connection, cancellationToken) => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                $"select 1 from reminder where {SameReminder}",
                new { GrainType = grain.Class.Name, GrainKey = grain.Key, Name = name },
                cancellationToken: cancellationToken)),
            CancellationToken.None);
        return found is null ? null : new Reminder(name);
    }

    public async Task UnregisterAsync(Activation grain, string name) => await Database.WriteAsync(
        (connection, transaction, cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
            $"delete from reminder where {SameReminder}",
            new { GrainType = grain.Class.Name, GrainKey = grain.Key, Name = name },
            transaction,
            cancellationToken: cancellationToken)),
        CancellationToken.None);

    /// <summary>The reminders of these classes that are due, the longest due first.</summary>
    public async Task<IReadOnlyList<ReminderRow>> FindDueAsync(IReadOnlyCollection<string> classes, int limit, CancellationToken cancellationToken)
    {
        var types = string.Join(", ", classes.Select((_, i) => $"@Type{i}"));
        var parameters = new DynamicParameters(new { Now = Now(), Limit = limit });
        foreach (var (i, name) in classes.Index())
        {
            parameters.Add($"Type{i}", name);
        }

        var due = await Database.ReadAsync(
            (connection, cancellation) => connection.QueryAsync<ReminderRow>(new CommandDefinition(
                $"select {Columns} from reminder where next_at <= @Now and grain_type in ({types}) order by next_at limit @Limit",
                parameters,
                cancellationToken: cancellation)),
            cancellationToken);
        return due.AsList();
    }

    /// <summary>Takes a due tick for this node. Of all that try, the one that moves the row on has it.</summary>
    public async Task<bool> ClaimAsync(ReminderRow due, CancellationToken cancellationToken)
    {
        var claim = new { due.GrainType, due.GrainKey, due.Name, due.NextAt, due.StartAt, due.PeriodMs, FollowingAt = due.FollowingAt(Now()) };
        var moved = await Database.WriteAsync(
            (connection, transaction, cancellation) => connection.ExecuteAsync(new CommandDefinition(
                $"""
                update reminder set next_at = @FollowingAt
                where {SameReminder} and next_at = @NextAt and start_at = @StartAt and period_ms = @PeriodMs
                """,
                claim, transaction, cancellationToken: cancellation)),
            cancellationToken);
        return moved == 1;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Reminder(string ReminderName) : IGrainReminder;
}
