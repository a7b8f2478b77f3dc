using System.Text.Json.Nodes;
using Platform.Api.Scim.Filters;
using Platform.Api.Scim.Resources;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Users;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Scim;

/// <summary>Users by SCIM: the same core as every other way in, so the same rules. Users of other directories are read here and changed there.</summary>
internal sealed class ScimUsers(UserAdministration users, UserList list, MemberList members, ScimAddress address)
{
    /// <summary>What is looked through by hand for one request, after an index has picked it.</summary>
    private const int MaxCandidates = 1000;

    /// <summary>One user; the refusal where there is none, or none that the caller may see.</summary>
    public async Task<(JsonObject? User, ScimRefusal? Refusal)> FindAsync(ScimCaller caller, string id, ScimProjection projection, CancellationToken cancellationToken)
    {
        if (UserResource.FindKey(id) is not { } key)
        {
            return (null, ScimRefusal.NotFound(id));
        }

        var found = await users.FindAsync(caller.Actor, key.ToString(), cancellationToken);
        return found.IsDone ? (await ShowAsync(caller, found.Value, projection, cancellationToken), null) : (null, ScimRefusal.Of(found.Refusal));
    }

    /// <summary>The caller themselves, who may see themselves whatever else they may.</summary>
    public async Task<JsonObject> ShowOwnAsync(ScimCaller caller, UserSnapshot user, ScimProjection projection, CancellationToken cancellationToken) => UserResource.Of(
        address.Prefix,
        user.Key,
        user.Profile,
        user.Disabled,
        null,
        null,
        projection.Wants("groups", otherwise: true) ? await GroupsAsync(caller, user.Key, cancellationToken) : null);

    /// <summary>A part of the users that a filter takes.</summary>
    public async Task<(IReadOnlyList<JsonObject> Users, long Total, ScimRefusal? Refusal)> ListAsync(ScimCaller caller, ScimQuery query, CancellationToken cancellationToken)
    {
        if (!caller.Allows(Permission.ManageUsers))
        {
            return ([], 0, new ScimRefusal(StatusCodes.Status403Forbidden, null, "Users are listed for managers of an infrastructure alone."));
        }

        if (query.Filter is null || UserPlan.FindExact(query.Filter) is not null)
        {
            var filter = query.Filter is null ? new UserFilter() : UserPlan.FindExact(query.Filter)!;
            var page = await list.FindAsync(filter, new PageRequest(Math.Max(query.Count, 1)) { Skip = query.Skip }, cancellationToken);
            return page.IsDone
                ? (await ShowAsync(caller, page.Value.Items.Take(query.Count), query.Projection, cancellationToken), page.Value.Total, null)
                : ([], 0, ScimRefusal.Of(page.Refusal));
        }

        var (found, refusal) = await SearchAsync(caller, query.Filter, cancellationToken);
        return refusal is not null
            ? ([], 0, refusal)
            : (await ShowAsync(caller, found.Skip(query.Skip).Take(query.Count), query.Projection, cancellationToken), found.Count, null);
    }

    /// <summary>Makes a user.</summary>
    public async Task<(JsonObject? User, ScimRefusal? Refusal)> CreateAsync(ScimCaller caller, JsonObject body, CancellationToken cancellationToken)
    {
        var (wanted, refusal) = UserResource.Read(body);
        if (wanted is null)
        {
            return (null, refusal);
        }

        if (wanted.UserName is not { } userName)
        {
            return (null, ScimRefusal.InvalidValue("'userName' is required."));
        }

        var made = await users.CreateAsync(caller.Actor, new NewUser(userName, wanted.DisplayName, wanted.Mail, wanted.Password), cancellationToken);
        if (made.IsDone && !wanted.Active)
        {
            made = await users.SetDisabledAsync(caller.Actor, made.Value.Key.ToString(), disabled: true, null, cancellationToken);
        }

        return made.IsDone ? (await ShowAsync(caller, made.Value, ScimProjection.All, cancellationToken), null) : (null, ScimRefusal.Of(made.Refusal));
    }

    /// <summary>Replaces a user, or patches them: what they shall be is worked out from what they are.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="id">The user.</param>
    /// <param name="ifMatch">The tags that the change rests on; null: no condition.</param>
    /// <param name="change">Makes of the resource what it shall be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(JsonObject? User, ScimRefusal? Refusal)> ChangeAsync(
        ScimCaller caller, string id, IReadOnlyCollection<string>? ifMatch, Func<JsonObject, (JsonObject? Resource, ScimRefusal? Refusal)> change, CancellationToken cancellationToken)
    {
        if (UserResource.FindKey(id) is not { } key)
        {
            return (null, ScimRefusal.NotFound(id));
        }

        var found = await users.FindAsync(caller.Actor, key.ToString(), cancellationToken);
        if (!found.IsDone)
        {
            return (null, ScimRefusal.Of(found.Refusal));
        }

        var present = found.Value;
        if (ifMatch is not null && !ifMatch.Contains("*") && !ifMatch.Contains(present.Tag))
        {
            return (null, ScimRefusal.Of(AdministrationRefusal.Stale));
        }

        var (resource, refusal) = change(UserResource.Of(address.Prefix, present.Key, present.Profile, present.Disabled, present.Tag, present.CreatedAt, null));
        if (resource is null)
        {
            return (null, refusal);
        }

        var (wanted, fault) = UserResource.Read(resource);
        if (wanted is null)
        {
            return (null, fault);
        }

        if (wanted.UserName is null || !IsName(wanted.UserName, present.Profile.UserName))
        {
            return (null, ScimRefusal.Mutability("'userName' never changes, and is required."));
        }

        var changed = await ApplyAsync(caller, present, wanted, cancellationToken);
        return changed.IsDone ? (await ShowAsync(caller, changed.Value, ScimProjection.All, cancellationToken), null) : (null, ScimRefusal.Of(changed.Refusal));
    }

    /// <summary>Removes a user.</summary>
    public async Task<ScimRefusal?> RemoveAsync(ScimCaller caller, string id, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (UserResource.FindKey(id) is not { } key)
        {
            return ScimRefusal.NotFound(id);
        }

        var removed = await users.RemoveAsync(caller.Actor, key.ToString(), ifMatch, cancellationToken);
        return removed.IsDone ? null : ScimRefusal.Of(removed.Refusal);
    }

    private static bool IsName(string wanted, string present) =>
        wanted == present || (LocalName.TryParse(wanted, out var name) && LocalName.TryParse(present, out var same) && name == same);

    /// <summary>What differs, each part resting on the one before it: nothing that another changed meanwhile is lost.</summary>
    private async Task<AdministrationResult<AdministeredUser>> ApplyAsync(ScimCaller caller, AdministeredUser present, WantedUser wanted, CancellationToken cancellationToken)
    {
        var id = present.Key.ToString();
        AdministrationResult<AdministeredUser> now = present;
        var displayName = string.IsNullOrWhiteSpace(wanted.DisplayName) ? present.Profile.UserName : wanted.DisplayName.Trim();
        var mail = string.IsNullOrWhiteSpace(wanted.Mail) ? null : wanted.Mail.Trim();
        if (displayName != present.Profile.DisplayName || mail != present.Profile.Mail)
        {
            now = await users.ChangeProfileAsync(caller.Actor, id, new ProfileChange(displayName, mail ?? ""), [present.Tag], cancellationToken);
        }

        if (now.IsDone && wanted.Password is { } password)
        {
            now = await users.SetPasswordAsync(caller.Actor, id, password, [now.Value.Tag], cancellationToken);
        }

        return now.IsDone && wanted.Active == now.Value.Disabled
            ? await users.SetDisabledAsync(caller.Actor, id, !wanted.Active, [now.Value.Tag], cancellationToken)
            : now;
    }

    /// <summary>Users whom an index picked, and of whom the filter takes some.</summary>
    private async Task<(IReadOnlyList<UserListItem> Users, ScimRefusal? Refusal)> SearchAsync(ScimCaller caller, ScimFilter filter, CancellationToken cancellationToken)
    {
        var (plans, fault) = UserPlan.Of(filter);
        if (fault is not null)
        {
            return ([], ScimRefusal.InvalidFilter(fault));
        }

        var candidates = new Dictionary<UserKey, UserListItem>();
        foreach (var plan in plans)
        {
            string? cursor = null;
            do
            {
                var page = await list.FindAsync(plan, new PageRequest(PageRequest.MaxLimit, cursor), cancellationToken);
                if (!page.IsDone)
                {
                    return ([], ScimRefusal.Of(page.Refusal));
                }

                if (page.Value.Total > MaxCandidates)
                {
                    return ([], ScimRefusal.TooMany($"The filter leaves more than {MaxCandidates} users to be compared one by one; ask for less, such as a longer beginning of the name."));
                }

                foreach (var item in page.Value.Items)
                {
                    candidates.TryAdd(item.User.Key, item);
                }

                cursor = page.Value.Next;
            }
            while (cursor is not null);
        }

        var needsGroups = UserPlan.Names(filter, "groups");
        var found = new List<UserListItem>();
        foreach (var item in candidates.Values)
        {
            var groups = needsGroups ? await GroupsAsync(caller, item.User.Key, cancellationToken) : null;
            if (filter.Matches(Show(item, groups)))
            {
                found.Add(item);
            }
        }

        return (found, null);
    }

    private async Task<IReadOnlyList<JsonObject>> ShowAsync(ScimCaller caller, IEnumerable<UserListItem> items, ScimProjection projection, CancellationToken cancellationToken)
    {
        var shown = new List<JsonObject>();
        foreach (var item in items)
        {
            // Dear for many: in lists only where they are asked for by name.
            shown.Add(Show(item, projection.Wants("groups", otherwise: false) ? await GroupsAsync(caller, item.User.Key, cancellationToken) : null));
        }

        return shown;
    }

    private async Task<JsonObject> ShowAsync(ScimCaller caller, AdministeredUser user, ScimProjection projection, CancellationToken cancellationToken) => UserResource.Of(
        address.Prefix,
        user.Key,
        user.Profile,
        user.Disabled,
        user.Tag,
        user.CreatedAt,
        projection.Wants("groups", otherwise: true) ? await GroupsAsync(caller, user.Key, cancellationToken) : null);

    private JsonObject Show(UserListItem item, IEnumerable<ScopePath>? groups) =>
        UserResource.Of(address.Prefix, item.User.Key, item.User.Profile, item.User.Disabled, null, item.CreatedAt, groups);

    /// <summary>The scopes that a user is a member of, as far as the caller may see their members.</summary>
    private async Task<IReadOnlyList<ScopePath>> GroupsAsync(ScimCaller caller, UserKey user, CancellationToken cancellationToken)
    {
        var page = await members.FindAsync(new MemberFilter { User = user, Standings = [MemberStanding.Active] }, new PageRequest(PageRequest.MaxLimit), cancellationToken);
        return page.IsDone
            ? [.. page.Value.Items.Select(item => item.Scope).Distinct().Where(scope => caller.Subject == user || caller.Allows(Permission.ViewMembers, scope)).Order()]
            : [];
    }
}
