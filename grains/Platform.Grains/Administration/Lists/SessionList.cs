using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>Which sessions are wanted; what is null does not restrict.</summary>
public sealed record SessionFilter
{
    /// <summary>Of this user.</summary>
    public UserKey? User { get; init; }

    /// <summary>A text in the user's name, full name, mail address or key, in any letter case.</summary>
    public string? UserText { get; init; }

    /// <summary>Those that are in one of these scopes now. Sessions that are in none are in no selection.</summary>
    public ScopeSelection? Scopes { get; init; }

    /// <summary>Those from which this client was given tokens that have not ended.</summary>
    public ClientId? Client { get; init; }

    /// <summary>Where the login came from; with <c>*</c> at its end: all addresses that begin so.</summary>
    public string? Address { get; init; }

    /// <summary>The one with this public name.</summary>
    public string? Handle { get; init; }
}

/// <summary>A live session in a list.</summary>
/// <param name="Session">The session; its scope is null where it is in none any more.</param>
/// <param name="Profile">Whose it is.</param>
/// <param name="Address">Where the login came from.</param>
/// <param name="UserAgent">What the client called itself.</param>
/// <param name="LastSeenAt">When it was last used (UTC), to about a minute.</param>
public sealed record SessionListItem(SessionSnapshot Session, UserProfile Profile, string Address, string UserAgent, DateTimeOffset LastSeenAt);

/// <summary>Lists live sessions, the newest login first. What the actor may see is decided by the caller.</summary>
public sealed class SessionList(IDatabase database, ISessionCheck sessions, IOptions<SweeperOptions> sweeper, TimeProvider time)
{
    private static readonly ListQuery Query = new(
        "sessions",
        $"""
        session_index s
        join user_session_index l on l.session_key = s.key and l.user_key = s.user_key
        join activity a on a.type = '{StateNames.Session}' and a.key = s.key
        """,
        [new("s.started_at", IsNumber: true), new("s.key")],
        "page.seen_at, state.payload, owner.payload",
        $"""
        join grain_state state on state.type = '{StateNames.Session}' and state.key = page.k1
        join grain_state owner on owner.type = '{StateNames.User}' and owner.key = page.user_key
        """,
        ", s.user_key as user_key, a.seen_at as seen_at",
        Descending: true);

    private const int MaxLeft = 5000;

    /// <summary>A page of the live sessions that the filter takes, the newest login first.</summary>
    public async Task<AdministrationResult<Page<SessionListItem>>> FindAsync(SessionFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var catalogue = await sessions.ReadScopesAsync(cancellationToken);
        var now = time.GetUtcNow();
        var conditions = new ListConditions();
        conditions.Add($"s.ends_at > {conditions.Bind(now.ToUnixTimeMilliseconds())}");
        conditions.Add($"a.seen_at >= {conditions.Bind((now - sweeper.Value.SessionIdleTimeout).ToUnixTimeMilliseconds())}");
        conditions.AddEqual("s.user_key", filter.User?.ToString());
        if (!string.IsNullOrWhiteSpace(filter.UserText))
        {
            conditions.Add($"s.user_key in (select u.key from user_index u where {conditions.Holds("u.search", filter.UserText)})");
        }

        if (filter.Client is { } client)
        {
            conditions.Add($"s.key in (select f.session_key from family_index f where f.client = {conditions.Bind(client.Value)})");
        }

        conditions.AddEqual("s.handle", filter.Handle);
        AddAddress(conditions, filter.Address);
        if (filter.Scopes is { } scopes)
        {
            await AddScopesAsync(conditions, scopes, catalogue, cancellationToken);
        }

        return await Query.RunAsync(database, conditions, page, row => Read(row, catalogue), cancellationToken);
    }

    private static void AddAddress(ListConditions conditions, string? address)
    {
        if (address is [.. var prefix, '*'])
        {
            conditions.AddPrefix("l.address", prefix);
        }
        else
        {
            conditions.AddEqual("l.address", string.IsNullOrEmpty(address) ? null : address);
        }
    }

    /// <summary>
    /// A session is in a scope while it was entered under the scope's present epoch. What was entered under an older one is seldom there for long:
    /// that is what is left out, as far as one statement takes it; an item says in any case whether its session is in the scope still.
    /// </summary>
    private async Task AddScopesAsync(ListConditions conditions, ScopeSelection scopes, IScopeCatalogue catalogue, CancellationToken cancellationToken)
    {
        conditions.AddScopes("s.scope", scopes);
        var left = (await EnteredAsync(scopes, cancellationToken))
            .Where(entered => catalogue.Find(new ScopePath(entered.Scope))?.Epoch != entered.Epoch)
            .Take(MaxLeft)
            .Select(entered => $"({conditions.Bind(entered.Scope)}, {conditions.Bind(entered.Epoch)})")
            .ToList();
        if (left.Count > 0)
        {
            conditions.Add($"(s.scope, s.scope_epoch) not in (values {string.Join(", ", left)})");
        }
    }

    private async Task<List<(string Scope, long Epoch)>> EnteredAsync(ScopeSelection scopes, CancellationToken cancellationToken)
    {
        var conditions = new ListConditions();
        conditions.AddScopes("s.scope", scopes);
        return await database.ReadAsync(
            async (connection, token) => (await connection.QueryAsync<(string, long)>(new CommandDefinition(
                $"select distinct s.scope, s.scope_epoch from session_index s where {conditions.Sql}", conditions.Parameters, cancellationToken: token))).AsList(),
            cancellationToken);
    }

    private static SessionListItem? Read(DbDataReader row, IScopeCatalogue catalogue)
    {
        var session = StateSerializer.Deserialize<SessionState>(row.GetFieldValue<byte[]>(Query.FirstColumn + 1)).ToSnapshot(new SessionKey(row.GetString(1)));
        var user = StateSerializer.Deserialize<UserState>(row.GetFieldValue<byte[]>(Query.FirstColumn + 2));
        if (user.Sessions.FirstOrDefault(one => one.Key == session.Key.Value) is not { } listed)
        {
            return null;
        }

        var isInside = session.Scope is { } scope && catalogue.Find(scope)?.Epoch == session.ScopeEpoch;
        return new SessionListItem(
            isInside ? session : session with { Scope = null },
            user.Profile,
            listed.Address,
            listed.UserAgent,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(Query.FirstColumn)));
    }
}
