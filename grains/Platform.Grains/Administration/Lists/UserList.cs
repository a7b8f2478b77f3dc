using Platform.Grains.Cluster;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>Which users are wanted; what is null does not restrict.</summary>
public sealed record UserFilter
{
    /// <summary>A text in the user name, the full name, the mail address or the key, in any letter case.</summary>
    public string? Text { get; init; }

    /// <summary>What the user name begins with, in any letter case; for suggestions while someone types.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>The directory that they are of.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether they are disabled.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Members of one of these scopes, suspended ones included.</summary>
    public ScopeSelection? MembersOf { get; init; }

    /// <summary>Those who hold this role, in <see cref="MembersOf"/> where that is given.</summary>
    public string? Role { get; init; }

    /// <summary>Those whom the actor may see: members of one of these scopes, and who asks to become one; null: all.</summary>
    public ScopeSelection? VisibleIn { get; init; }
}

/// <summary>A user in a list.</summary>
/// <param name="User">The user, with the sessions that may be alive.</param>
/// <param name="CreatedAt">When they were made, or seen for the first time (UTC); null: before this was kept.</param>
/// <param name="LastLoginAt">When they last logged in (UTC); null: never, or before this was kept.</param>
public sealed record UserListItem(UserSnapshot User, DateTimeOffset? CreatedAt, DateTimeOffset? LastLoginAt);

/// <summary>Lists users by name. Who may see whom is decided by the caller (<see cref="UserFilter.VisibleIn"/>).</summary>
public sealed class UserList(IDatabase database)
{
    private static readonly ListQuery Query = new(
        "users",
        "user_index u",
        [new ListOrder("u.name"), new ListOrder("u.key")],
        "state.payload",
        $"join grain_state state on state.type = '{StateNames.User}' and state.key = page.k1");

    /// <summary>A page of the users that the filter takes, by user name.</summary>
    public Task<AdministrationResult<Page<UserListItem>>> FindAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var conditions = new ListConditions();
        conditions.AddText("u.search", filter.Text);
        conditions.AddPrefix("u.name", SearchText.Of(filter.NamePrefix));
        conditions.AddEqual("u.directory", filter.Directory);
        conditions.AddEqual("u.disabled", filter.Disabled);
        AddRole(conditions, filter);
        if (filter.VisibleIn is { } visible)
        {
            conditions.Add($"u.key in (select m.user_key from member_index m where {conditions.Within("m.scope", visible)})");
        }

        return Query.RunAsync(
            database,
            conditions,
            page,
            row =>
            {
                var key = UserKey.Parse(row.GetString(1));
                var state = StateSerializer.Deserialize<UserState>(row.GetFieldValue<byte[]>(Query.FirstColumn));
                return new UserListItem(state.ToSnapshot(key), state.CreatedAt, state.LastLoginAt);
            },
            cancellationToken);
    }

    private static void AddRole(ListConditions conditions, UserFilter filter)
    {
        if (filter.Role is { } role)
        {
            var scopes = filter.MembersOf is null ? "" : $" and {conditions.Within("r.scope", filter.MembersOf)}";
            conditions.Add($"u.key in (select r.user_key from member_role_index r where r.role = {conditions.Bind(role)}{scopes})");
        }
        else if (filter.MembersOf is { } scopes)
        {
            conditions.Add($"u.key in (select m.user_key from member_index m where not m.pending and {conditions.Within("m.scope", scopes)})");
        }
    }
}
