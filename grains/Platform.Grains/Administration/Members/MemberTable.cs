using Dapper;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Members;

/// <summary>
/// Finds what acts on members change or rest on, by scope, in the indexes that the database keeps beside the rows. What is shown or changed is read
/// from the rows themselves.
/// </summary>
internal sealed class MemberTable(IDatabase database)
{
    /// <summary>All whose rows name a scope: members, and those who ask.</summary>
    public Task<IReadOnlyList<string>> AllOfAsync(ScopePath scope, CancellationToken cancellationToken) =>
        QueryAsync<string>("select distinct user_key from member_index where scope = @scope order by user_key", new { scope = scope.Value }, cancellationToken);

    /// <summary>Some of those who hold a role in a scope.</summary>
    public async Task<IReadOnlyList<UserKey>> HoldersAsync(ScopePath scope, string role, CancellationToken cancellationToken) =>
        [.. (await QueryAsync<string>(
            "select user_key from member_role_index where scope = @scope and role = @role order by user_key limit 500",
            new { scope = scope.Value, role },
            cancellationToken)).Select(UserKey.Parse)];

    /// <summary>The keys of the invitations into a scope, ordered.</summary>
    public Task<IReadOnlyList<string>> InvitationsAsync(ScopePath scope, CancellationToken cancellationToken) => QueryAsync<string>(
        "select key from scope_row_index where type = 'invitation' and scope = @scope order by key", new { scope = scope.Value }, cancellationToken);

    /// <summary>The memberships that end within a time, the soonest first.</summary>
    public Task<IReadOnlyList<MembershipEnd>> EndingAsync(DateTimeOffset from, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        QueryAsync<MembershipEnd>(
            """
            select scope as Scope, user_key as UserKey, ends_at as EndsAt from member_index
            where ends_at > @from and ends_at <= @until and pending = @pending order by ends_at, scope, user_key limit @limit
            """,
            new { from = from.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds(), pending = false, limit },
            cancellationToken);

    /// <summary>Those who have memberships that have been over since a time, or longer; suspended ones do not count.</summary>
    public Task<IReadOnlyList<string>> OverSinceAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken) => QueryAsync<string>(
        "select distinct user_key from member_index where ends_at <= @since and pending = @no and suspended = @no order by user_key limit @limit",
        new { since = since.ToUnixTimeMilliseconds(), no = false, limit },
        cancellationToken);

    /// <summary>How many requests wait, for each scope that has any.</summary>
    public Task<IReadOnlyList<WaitingRequests>> CountRequestsAsync(CancellationToken cancellationToken) => QueryAsync<WaitingRequests>(
        "select scope as Scope, count(*) as Number from member_index where pending = @pending group by scope", new { pending = true }, cancellationToken);

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object values, CancellationToken cancellationToken) =>
        [.. await database.ReadAsync(
            (connection, token) => connection.QueryAsync<T>(new CommandDefinition(sql, values, cancellationToken: token)), cancellationToken)];
}

/// <summary>When a membership ends, as the index says.</summary>
internal sealed record MembershipEnd
{
    public string Scope { get; init; } = "";

    public string UserKey { get; init; } = "";

    public long EndsAt { get; init; }
}

/// <summary>How many requests wait in a scope.</summary>
internal sealed record WaitingRequests
{
    public string Scope { get; init; } = "";

    public long Number { get; init; }
}
