using Platform.Grains.Administration.Lists;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration;

/// <summary>
/// What an actor may do, as the rows say that the change is made with: the commit rests on them, so that an authority that was taken away a
/// moment before gives nothing (invariant 2).
/// </summary>
internal sealed class Authority
{
    private readonly AdministrationActor _actor;
    private readonly MembershipIndex _memberships;
    private readonly DateTimeOffset _now;
    private readonly ScopeAccess _access;

    internal Authority(AdministrationActor actor, IScopeCatalogue scopes, MembershipIndex memberships, DateTimeOffset now)
    {
        _actor = actor;
        _memberships = memberships;
        _now = now;
        _access = new ScopeAccess(scopes, memberships, now);
    }

    /// <summary>The hierarchy that it rests on.</summary>
    public IScopeCatalogue Scopes => _access.Scopes;

    /// <summary>
    /// Reads it for a change; the transaction rests on what it read. The hierarchy's own state is in the transaction from then on, for those who
    /// change it.
    /// </summary>
    public static async Task<Authority> ReadAsync(
        StateTransaction transaction, AdministrationActor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hierarchy = await transaction.FindAsync<ScopeHierarchyState>(StateNames.Scopes, ScopeHierarchyState.Key, cancellationToken);
        transaction.RestOn(StateNames.Scopes, ScopeHierarchyState.Key);
        var memberships = MembershipIndex.Empty;
        if (actor.Subject is { } subject)
        {
            var state = await transaction.FindAsync<MembershipsState>(StateNames.Memberships, subject.ToString(), cancellationToken);
            transaction.RestOn(StateNames.Memberships, subject.ToString());
            memberships = state?.ToIndex() ?? memberships;
        }

        return new Authority(actor, new ScopeCatalogue(hierarchy ?? new ScopeHierarchyState()), memberships, now);
    }

    /// <summary>The actor's access to the hierarchy, whatever a token limits them to.</summary>
    public ScopeAccess Access => _access;

    /// <summary>The actor's memberships; none of the operator.</summary>
    public MembershipIndex Memberships => _memberships;

    /// <summary>The same actor in a hierarchy that was changed.</summary>
    public Authority With(IScopeCatalogue scopes) => new(_actor, scopes, _memberships, _now);

    /// <summary>Whether the actor may do something in a scope.</summary>
    public bool Allows(Permission permission, ScopePath path) =>
        _actor.Subject is null || (IsWithin(path) && _access.Allows(permission, path));

    /// <summary>Whether the actor may do something that belongs to no scope: users, clients, keys.</summary>
    public bool AllowsAnywhere(Permission permission) =>
        _actor.Subject is null || (_actor.LimitedTo is null && _access.AllowsAnywhere(permission));

    /// <summary>Whether there is any scope in which the actor may do something.</summary>
    public bool AllowsSomewhere(Permission permission) => ScopesWith(permission) is not { Exact: [], Subtrees: [] };

    /// <summary>The scopes in which the actor may do something, for lists that show no others; null: all.</summary>
    public ScopeSelection? ScopesWith(Permission permission)
    {
        if (_actor.Subject is null)
        {
            return null;
        }

        if (_actor.LimitedTo is { } limit)
        {
            return Allows(permission, limit) ? ScopeSelection.Of(limit) : ScopeSelection.None;
        }

        var held = _memberships.All.Select(membership => membership.Scope).Distinct().ToList();
        return new ScopeSelection(
            [.. held.Where(scope => Allows(permission, scope))], [.. held.Where(scope => _access.HoldsBelow([permission], scope))]);
    }

    /// <summary>Whether the actor may know that a scope is there.</summary>
    public bool Sees(ScopePath path) => Scopes.Find(path) is { } scope
        && (_actor.Subject is null || Allows(Permission.ViewScope, path) || _access.Lists(scope) || _access.IsMember(path));

    /// <summary>Whether the actor may give a role in a scope, or take it: nobody gives more than they hold.</summary>
    public bool MayGive(string role, ScopePath path) =>
        _actor.Subject is null
        || (Allows(Permission.AdmitMembers, path)
            && RolePermissions.Of(role).All(permission => Allows(permission, path))
            && (!Roles.CoversBelow(role) || HoldsBelow(role, path)));

    /// <summary>Why the actor may not do something in a scope: it is not there for them, or they may not; null: they may.</summary>
    public AdministrationRefusal? RefusalOf(Permission permission, ScopePath path, string message)
    {
        if (Scopes.Find(path) is null)
        {
            return AdministrationRefusal.NoSuchScope;
        }

        return Allows(permission, path) ? null : Refuse(path, message);
    }

    /// <summary>Why the actor may not do something: that they may not, or, where they may not even know of the scope, that it is not there.</summary>
    public AdministrationRefusal Refuse(ScopePath path, string message) =>
        Sees(path) ? AdministrationRefusal.Forbidden(message) : AdministrationRefusal.NoSuchScope;

    private bool IsWithin(ScopePath path) => _actor.LimitedTo is not { } limit || limit == path;

    /// <summary>A token for one scope reaches nothing below it, and so gives nothing that does.</summary>
    private bool HoldsBelow(string role, ScopePath path) =>
        _actor.LimitedTo is null && _access.HoldsBelow(RolePermissions.Of(role), path);
}
