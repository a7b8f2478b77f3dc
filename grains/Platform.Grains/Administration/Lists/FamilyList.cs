using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Families;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>Which token families are wanted; what is null does not restrict.</summary>
public sealed record FamilyFilter
{
    /// <summary>Given by this user, or to this client for itself.</summary>
    public UserKey? User { get; init; }

    /// <summary>Given to this client.</summary>
    public ClientId? Client { get; init; }

    /// <summary>Given in this session.</summary>
    public SessionKey? Session { get; init; }

    /// <summary>For one of these scopes (<c>d4s-context</c>).</summary>
    public ScopeSelection? Contexts { get; init; }
}

/// <summary>
/// Lists the families of tokens that have not ended, the newest first. One whose user, client, grant or session has lost its rights since is
/// still listed until its time is over; its tokens are refused all the same.
/// </summary>
public sealed class FamilyList(IDatabase database, TimeProvider time)
{
    private static readonly ListQuery Query = new(
        "families",
        "family_index f",
        [new("f.started_at", IsNumber: true), new("f.key")],
        "state.payload",
        $"join grain_state state on state.type = '{StateNames.TokenFamily}' and state.key = page.k1",
        Descending: true);

    /// <summary>A page of the families that the filter takes, the newest first.</summary>
    public Task<AdministrationResult<Page<FamilySnapshot>>> FindAsync(FamilyFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var conditions = new ListConditions();
        conditions.Add($"f.ends_at > {conditions.Bind(time.GetUtcNow().ToUnixTimeMilliseconds())}");
        conditions.AddEqual("f.user_key", filter.User?.ToString());
        conditions.AddEqual("f.client", filter.Client?.Value);
        conditions.AddEqual("f.session_key", filter.Session?.Value);
        conditions.AddScopes("f.context", filter.Contexts);
        return Query.RunAsync(
            database,
            conditions,
            page,
            row => StateSerializer.Deserialize<TokenFamilyState>(row.GetFieldValue<byte[]>(Query.FirstColumn)).ToSnapshot(FamilyId.FromGrainKey(row.GetString(1))),
            cancellationToken);
    }
}
