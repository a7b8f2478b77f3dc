using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Scim.Filters;
using Platform.Api.Scim.Resources;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Bulk;
using Platform.Grains.Administration.Lists;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Scim;

/// <summary>
/// Scopes as SCIM groups. Their members change here; scopes themselves are made and ended where they are administered, since they have a life
/// that a group has not.
/// </summary>
internal sealed class ScimGroups(MemberList list, MemberSets sets, ScimAddress address)
{
    /// <summary>How many members a group is shown with at the most.</summary>
    private const int MaxMembers = 10_000;

    /// <summary>One group; the refusal where there is none, or none whose members the caller may see.</summary>
    public async Task<(JsonObject? Group, ScimRefusal? Refusal)> FindAsync(ScimCaller caller, string id, ScimProjection projection, CancellationToken cancellationToken)
    {
        if (FindScope(caller, id) is not { } scope)
        {
            return (null, ScimRefusal.NotFound(id));
        }

        if (!projection.Wants("members", otherwise: true))
        {
            return (GroupResource.Of(address.Prefix, scope, null), null);
        }

        var (members, refusal) = await MembersAsync(scope, cancellationToken);
        return refusal is null ? (GroupResource.Of(address.Prefix, scope, members), null) : (null, refusal);
    }

    /// <summary>A part of the groups that a filter takes; their members only where they are asked for by name.</summary>
    public async Task<(IReadOnlyList<JsonObject> Groups, long Total, ScimRefusal? Refusal)> ListAsync(ScimCaller caller, ScimQuery query, CancellationToken cancellationToken)
    {
        var scopes = caller.Scopes.Where(scope => caller.Allows(Permission.ViewMembers, scope)).Order().ToList();
        if (query.Filter is { } filter)
        {
            GroupMember? named = null;
            if (UserPlan.Names(filter, "members"))
            {
                if (FindMember(filter) is not { } user)
                {
                    return ([], 0, ScimRefusal.InvalidFilter("No index answers this filter: of members it takes members eq \"id\", or members.value eq \"id\", joined with and."));
                }

                var (memberOf, refusal) = await ScopesOfAsync(user, cancellationToken);
                if (refusal is not null)
                {
                    return ([], 0, refusal);
                }

                named = new GroupMember(user, "");
                scopes = [.. scopes.Where(memberOf.Contains)];
            }

            scopes = [.. scopes.Where(scope => filter.Matches(GroupResource.Of(address.Prefix, scope, named is null ? null : [named])))];
        }

        var shown = new List<JsonObject>();
        foreach (var scope in scopes.Skip(query.Skip).Take(query.Count))
        {
            IReadOnlyList<GroupMember>? members = null;
            if (query.Projection.Wants("members", otherwise: false))
            {
                (members, var refusal) = await MembersAsync(scope, cancellationToken);
                if (refusal is not null)
                {
                    return ([], 0, refusal);
                }
            }

            shown.Add(GroupResource.Of(address.Prefix, scope, members));
        }

        return (shown, scopes.Count, null);
    }

    /// <summary>Replaces the members: what a PUT says of a group.</summary>
    public Task<(JsonObject? Group, ScimRefusal? Refusal)> ReplaceAsync(
        ScimCaller caller, string id, IReadOnlyCollection<string>? ifMatch, JsonObject body, CancellationToken cancellationToken) =>
        ChangeAsync(caller, id, ifMatch, [new ScimPatchOperation(ScimPatchKind.Replace, null, body)], cancellationToken);

    /// <summary>Changes the members as the operations of a PATCH say, all or none.</summary>
    public async Task<(JsonObject? Group, ScimRefusal? Refusal)> ChangeAsync(
        ScimCaller caller, string id, IReadOnlyCollection<string>? ifMatch, IReadOnlyList<ScimPatchOperation> operations, CancellationToken cancellationToken)
    {
        if (FindScope(caller, id) is not { } scope)
        {
            return (null, ScimRefusal.NotFound(id));
        }

        var (present, refusal) = await MembersAsync(scope, cancellationToken);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (ifMatch is not null && !ifMatch.Contains("*") && !ifMatch.Contains(GroupResource.TagOf(present)))
        {
            return (null, ScimRefusal.Of(AdministrationRefusal.Stale));
        }

        var before = present.Select(member => member.User).ToHashSet();
        var after = new HashSet<UserKey>(before);
        foreach (var operation in operations)
        {
            if (Apply(scope, present, after, operation) is { } fault)
            {
                return (null, fault);
            }
        }

        var changed = await sets.ChangeAsync(caller.Actor, scope, new MemberSetChange([.. after.Except(before)], [.. before.Except(after)]), cancellationToken);
        return changed.IsDone ? await FindAsync(caller, id, ScimProjection.All, cancellationToken) : (null, ScimRefusal.Of(changed.Refusal));
    }

    private static ScimRefusal? Apply(ScopePath scope, IReadOnlyList<GroupMember> present, HashSet<UserKey> members, ScimPatchOperation operation)
    {
        if (operation.Path is { } path)
        {
            return path.Attribute.Is("members") && path.Sub is null ? ApplyToMembers(present, members, operation.Kind, path.Values, operation.Value)
                : path.Attribute.Is("displayName") ? SameName(scope, operation.Value)
                : ScimRefusal.Mutability($"Of a group only its members change here, not '{path.Attribute}'.");
        }

        var value = (JsonObject)operation.Value!;
        return SameName(scope, ScimBody.Find(value, "displayName"))
            ?? (ScimBody.Find(value, "members") is { } list ? ApplyToMembers(present, members, operation.Kind, null, list)
                : operation.Kind == ScimPatchKind.Replace && ScimBody.Find(value, "schemas") is not null ? ApplyToMembers(present, members, operation.Kind, null, new JsonArray())
                : null);
    }

    private static ScimRefusal? ApplyToMembers(
        IReadOnlyList<GroupMember> present, HashSet<UserKey> members, ScimPatchKind kind, ScimFilter? filter, JsonNode? value)
    {
        if (filter is not null)
        {
            if (kind != ScimPatchKind.Remove)
            {
                return ScimRefusal.Mutability("A member is added or removed, and never becomes another.");
            }

            var picked = present.Where(member => filter.MatchesValue(
                new JsonObject { ["value"] = member.User.ToString(), ["display"] = member.Name, ["type"] = member.User.Directory == ClientId.MemberDirectory ? "Client" : "User" }, "members"));
            members.ExceptWith(picked.Select(member => member.User));
            return null;
        }

        if (kind == ScimPatchKind.Remove && value is null)
        {
            members.Clear();
            return null;
        }

        var named = new HashSet<UserKey>();
        foreach (var item in value is JsonArray several ? several : (IEnumerable<JsonNode?>)[value])
        {
            var id = item is JsonObject of ? ScimBody.Text(ScimBody.Find(of, "value")) : ScimBody.Text(item);
            if (id is null || UserResource.FindKey(id) is not { } user)
            {
                return ScimRefusal.InvalidValue("A member is an object whose 'value' is the id of a user.");
            }

            named.Add(user);
        }

        switch (kind)
        {
            case ScimPatchKind.Add:
                members.UnionWith(named);
                break;
            case ScimPatchKind.Remove:
                members.ExceptWith(named);
                break;
            default:
                members.Clear();
                members.UnionWith(named);
                break;
        }

        return null;
    }

    private static ScimRefusal? SameName(ScopePath scope, JsonNode? name) =>
        name is null || ScimBody.Text(name) == scope.Value
            ? null
            : ScimRefusal.Mutability("The displayName of a group is the path of the scope; a scope is moved where scopes are administered.");

    /// <summary>The user whose groups a filter asks for; null: it asks for something else of members.</summary>
    private static UserKey? FindMember(ScimFilter filter)
    {
        foreach (var part in filter.Conjuncts())
        {
            var comparison = part switch
            {
                ComparisonFilter plain when plain.Path.Is("members") || plain.Path.Is("members", "value") => plain,
                ValueFilter { Path.Sub: null, Inner: ComparisonFilter inner } values when values.Path.Is("members") && inner.Path.Is("value") => inner,
                _ => null,
            };
            if (comparison is { Operator: ScimOperator.Equal, Value.ValueKind: JsonValueKind.String })
            {
                // An id of nobody is in no group.
                return UserResource.FindKey(comparison.Text!) ?? new UserKey(UserKey.Local, " ");
            }
        }

        return null;
    }

    private static ScopePath? FindScope(ScimCaller caller, string id) =>
        GroupResource.FindScope(id) is { } scope && caller.Scopes.Contains(scope) && caller.Allows(Permission.ViewMembers, scope) ? scope : null;

    private async Task<(HashSet<ScopePath> Scopes, ScimRefusal? Refusal)> ScopesOfAsync(UserKey user, CancellationToken cancellationToken)
    {
        var (items, refusal) = await AllAsync(new MemberFilter { User = user, Standings = [MemberStanding.Active] }, cancellationToken);
        return ([.. items.Select(item => item.Scope)], refusal);
    }

    private async Task<(IReadOnlyList<GroupMember> Members, ScimRefusal? Refusal)> MembersAsync(ScopePath scope, CancellationToken cancellationToken)
    {
        var (items, refusal) = await AllAsync(new MemberFilter { Scopes = ScopeSelection.Of(scope), Standings = [MemberStanding.Active] }, cancellationToken);
        return ([.. items.Select(item => new GroupMember(item.User, item.Profile?.UserName ?? item.User.Id)).DistinctBy(member => member.User)], refusal);
    }

    private async Task<(List<MemberListItem> Items, ScimRefusal? Refusal)> AllAsync(MemberFilter filter, CancellationToken cancellationToken)
    {
        var items = new List<MemberListItem>();
        string? cursor = null;
        do
        {
            var page = await list.FindAsync(filter, new PageRequest(PageRequest.MaxLimit, cursor), cancellationToken);
            if (!page.IsDone)
            {
                return (items, ScimRefusal.Of(page.Refusal));
            }

            if (page.Value.Total > MaxMembers)
            {
                return (items, ScimRefusal.TooMany($"The group has more than {MaxMembers} members: ask with excludedAttributes=members, and for users with the filter groups eq."));
            }

            items.AddRange(page.Value.Items);
            cursor = page.Value.Next;
        }
        while (cursor is not null);
        return (items, null);
    }
}
