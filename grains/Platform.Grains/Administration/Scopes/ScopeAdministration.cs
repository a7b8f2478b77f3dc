using Platform.Grains.Audit;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Scopes;

/// <summary>The hierarchy and its life: what administrators do to infrastructures, VOs and VREs.</summary>
public sealed class ScopeAdministration
{
    private readonly ScopeActs _acts;
    private readonly ScopeMoves _moves;
    private readonly AuthorityReader _authorities;
    private readonly TimeProvider _time;

    internal ScopeAdministration(ScopeActs acts, ScopeMoves moves, AuthorityReader authorities, TimeProvider time)
    {
        _acts = acts;
        _moves = moves;
        _authorities = authorities;
        _time = time;
    }

    /// <summary>One scope.</summary>
    public async Task<AdministrationResult<AdministeredScope>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        return authority.Scopes.Find(path) is { } scope && authority.Sees(path)
            ? ScopeViews.Show(authority, scope, _time.GetUtcNow())
            : AdministrationRefusal.NoSuchScope;
    }

    /// <summary>The scopes that the actor may know of.</summary>
    public async Task<AdministrationResult<Page<AdministeredScope>>> ListAsync(
        AdministrationActor actor, ScopeQuery query, CancellationToken cancellationToken)
    {
        if (Paging.Read(query.Page, out var after) is { } refusal)
        {
            return refusal;
        }

        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (query.Below is { } below && (authority.Scopes.Find(below) is null || !authority.Sees(below)))
        {
            return AdministrationRefusal.NoSuchScope;
        }

        var now = _time.GetUtcNow();
        var seen = authority.Scopes.ByName.Where(scope => authority.Sees(scope.Path)).ToList();
        var children = seen.Where(scope => scope.Path.Parent is not null).CountBy(scope => scope.Path.Parent!.Value).ToDictionary();
        var found = seen.Where(scope => Matches(authority, scope, query, now)).OrderBy(scope => scope.Path).ToList();
        return Paging.Cut(
            found, query.Page, after, scope => scope.Path.Value, scope => ScopeViews.Show(authority, scope, now, children.GetValueOrDefault(scope.Path)));
    }

    /// <summary>Makes a scope below one in which the actor may; an infrastructure's root is made by the operator alone.</summary>
    public Task<AdministrationResult<AdministeredScope>> CreateAsync(AdministrationActor actor, NewScope scope, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredScope>(actor, (act, token) => CreateAsync(act, scope, token), cancellationToken);

    /// <summary>Changes what a scope says of itself, and when it begins and ends.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="path">The scope.</param>
    /// <param name="change">What.</param>
    /// <param name="ifMatch">The tags that the change rests on, <c>*</c> for any; null: no condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<AdministeredScope>> ChangeAsync(
        AdministrationActor actor, ScopePath path, ScopeChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredScope>(actor, (act, token) => ChangeAsync(act, path, change, ifMatch, token), cancellationToken);

    /// <summary>Moves a VRE, with its members, requests, invitations and documents, into another VO. Sessions that are in it are in it no longer.</summary>
    public Task<AdministrationResult<MovedScope>> MoveAsync(
        AdministrationActor actor, ScopePath path, ScopePath newParent, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _moves.MoveAsync(actor, path, newParent, ifMatch, cancellationToken);

    /// <summary>Closes a scope and what lies below it; sessions that are in them are so no longer.</summary>
    public Task<AdministrationResult<AdministeredScope>> SuspendAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredScope>(actor, (act, token) => SetSuspendedAsync(act, path, suspended: true, ifMatch, token), cancellationToken);

    /// <summary>Opens a suspended scope again.</summary>
    public Task<AdministrationResult<AdministeredScope>> ReopenAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredScope>(actor, (act, token) => SetSuspendedAsync(act, path, suspended: false, ifMatch, token), cancellationToken);

    /// <summary>Closes a scope and what lies below it for good. It keeps its path and what is known of it.</summary>
    public Task<AdministrationResult<AdministeredScope>> ArchiveAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredScope>(actor, (act, token) => ArchiveAsync(act, path, ifMatch, token), cancellationToken);

    private static bool Matches(Authority authority, ScopeSnapshot scope, ScopeQuery query, DateTimeOffset now)
    {
        var isWithin = query.Below is { } below
            ? below != scope.Path && below.Covers(scope.Path) && (!query.DirectlyBelow || scope.Path.Parent == below)
            : !query.DirectlyBelow || scope.Path.Parent is null;
        return isWithin
            && (query.Kind is not { } kind || scope.Path.Kind == kind)
            && (query.Life is not { } life || ScopeViews.LifeOf(scope, now) == life)
            && (string.IsNullOrEmpty(query.Text) || ScopeViews.Mentions(scope, query.Text))
            && (query.Allowing is not { } permission || authority.Allows(permission, scope.Path));
    }

    private static async Task<AdministrationResult<AdministeredScope>> CreateAsync(ScopeAct act, NewScope scope, CancellationToken cancellationToken)
    {
        if ((ScopeTexts.RefusalOfDisplayName(scope.DisplayName)
            ?? ScopeTexts.RefusalOfDescription(scope.Description)
            ?? ScopeTexts.RefusalOfKinds(scope.Visibility, scope.Admission)
            ?? ScopeTexts.RefusalOfOperations(scope.Anonymous)
            ?? ScopeTexts.RefusalOfTimes(scope.StartsAt, scope.EndsAt)
            ?? ScopeTexts.RefusalOfEnd("endsAt", scope.EndsAt, act.Now)
            ?? RefusalOfParent(act, scope.Path)
            ?? await NewScopes.RefusalOfPathAsync(act, scope.Path, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        return await NewScopes.MakeAsync(
            act,
            new ScopeState
            {
                Path = scope.Path.Value,
                DisplayName = ScopeTexts.NameOrDefault(scope.DisplayName, scope.Path),
                Description = scope.Description,
                Visibility = scope.Visibility,
                Anonymous = ScopeTexts.Sorted(scope.Anonymous),
                Admission = scope.Admission,
                StartsAt = scope.StartsAt?.ToUniversalTime(),
                EndsAt = scope.EndsAt?.ToUniversalTime(),
            },
            "created",
            cancellationToken);
    }

    private static AdministrationRefusal? RefusalOfParent(ScopeAct act, ScopePath path)
    {
        if (path.Parent is { } parent)
        {
            return act.RefusalOf(Permission.CreateScope, parent, $"You may not make scopes in {parent}.");
        }

        return act.Actor.Subject is null ? null : AdministrationRefusal.Forbidden("An infrastructure is made by the operator, at the command line of the machine.");
    }

    private static async Task<AdministrationResult<AdministeredScope>> ChangeAsync(
        ScopeAct act, ScopePath path, ScopeChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        var times = change is not { StartsAt: null, EndsAt: null };
        var timesOnly = times && change is { DisplayName: null, Description: null, Visibility: null, Admission: null, Anonymous: null };
        if (((timesOnly ? null : act.RefusalOf(Permission.EditScope, path, $"You may not change {path}."))
            ?? (times ? act.RefusalOf(Permission.SuspendScope, path, $"You may not set when {path} begins and ends.") : null)
            ?? RefusalOf(act, path, change, ifMatch)) is { } refusal)
        {
            return refusal;
        }

        var hierarchy = await act.HierarchyAsync(cancellationToken);
        var index = ScopeHierarchyChanges.IndexOf(hierarchy, path);
        var old = hierarchy.Scopes[index];
        var next = old with
        {
            DisplayName = change.DisplayName is { } name ? ScopeTexts.NameOrDefault(name.Value, path) : old.DisplayName,
            Description = change.Description is { } description ? description.Value : old.Description,
            Visibility = change.Visibility?.Value ?? old.Visibility,
            Admission = change.Admission?.Value ?? old.Admission,
            Anonymous = change.Anonymous is { } anonymous ? ScopeTexts.Sorted(anonymous.Value) : old.Anonymous,
            StartsAt = change.StartsAt is { } start ? start.Value?.ToUniversalTime() : old.StartsAt,
            EndsAt = change.EndsAt is { } end ? end.Value?.ToUniversalTime() : old.EndsAt,
        };
        if (ScopeTexts.RefusalOfTimes(next.StartsAt, next.EndsAt) is { } wrong)
        {
            return wrong;
        }

        var after = hierarchy with { Scopes = hierarchy.Scopes.SetItem(index, next) };

        // Who was in it when it closed is not in it again when it opens.
        var closes = (next.EndsAt <= act.Now) != (old.EndsAt <= act.Now) || (next.StartsAt > act.Now) != (old.StartsAt > act.Now);
        after = closes ? ScopeHierarchyChanges.Revoke(after, new HashSet<ScopePath> { path }, hierarchy.LastEpoch + 1) : after;
        act.Set(after);
        act.Record(AuditActions.ChangeScope, path, $"changed: {Describe(change, next)}");
        return Show(act, after, path);
    }

    private static AdministrationRefusal? RefusalOf(ScopeAct act, ScopePath path, ScopeChange change, IReadOnlyCollection<string>? ifMatch) =>
        RefusalOfTag(act, path, ifMatch)
        ?? ScopeTexts.RefusalOfDisplayName(change.DisplayName?.Value)
        ?? ScopeTexts.RefusalOfDescription(change.Description?.Value)
        ?? ScopeTexts.RefusalOfKinds(change.Visibility?.Value ?? default, change.Admission?.Value ?? default)
        ?? (change.Anonymous is { } anonymous ? ScopeTexts.RefusalOfOperations(anonymous.Value) : null);

    private static AdministrationRefusal? RefusalOfTag(ScopeAct act, ScopePath path, IReadOnlyCollection<string>? ifMatch) =>
        ifMatch is null || EntityTag.Holds(ifMatch, ScopeViews.Show(act.Authority, act.Authority.Scopes.Find(path)!, act.Now, 0).Tag)
            ? null
            : AdministrationRefusal.Stale;

    private static string Describe(ScopeChange change, ScopeState next)
    {
        var said = new List<string>();
        Say(change.DisplayName is not null, "name");
        Say(change.Description is not null, "description");
        Say(change.Visibility is not null, $"visibility {next.Visibility}");
        Say(change.Admission is not null, $"admission {next.Admission}");
        Say(change.Anonymous is not null, $"anonymous {string.Join(' ', next.Anonymous)}");
        Say(change.StartsAt is not null, $"starts {(next.StartsAt is { } start ? ImportTime.Write(start) : "at once")}");
        Say(change.EndsAt is not null, $"ends {(next.EndsAt is { } end ? ImportTime.Write(end) : "never")}");
        return string.Join(", ", said);

        void Say(bool condition, string text)
        {
            if (condition)
            {
                said.Add(text);
            }
        }
    }

    private static async Task<AdministrationResult<AdministeredScope>> SetSuspendedAsync(
        ScopeAct act, ScopePath path, bool suspended, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if ((act.RefusalOf(Permission.SuspendScope, path, $"You may not suspend or reopen {path}.") ?? RefusalOfTag(act, path, ifMatch)) is { } refusal)
        {
            return refusal;
        }

        var hierarchy = await act.HierarchyAsync(cancellationToken);
        var index = ScopeHierarchyChanges.IndexOf(hierarchy, path);
        if (hierarchy.Scopes[index].Suspended == suspended)
        {
            return Show(act, hierarchy, path);
        }

        var after = ScopeHierarchyChanges.SetSuspended(hierarchy, index, suspended);
        act.Set(after);
        act.Record(AuditActions.ChangeScope, path, suspended ? "suspended" : "reopened");
        return Show(act, after, path);
    }

    private static async Task<AdministrationResult<AdministeredScope>> ArchiveAsync(
        ScopeAct act, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if ((act.RefusalOf(Permission.ArchiveScope, path, $"You may not archive {path}.") ?? RefusalOfTag(act, path, ifMatch)) is { } refusal)
        {
            return refusal;
        }

        var hierarchy = await act.HierarchyAsync(cancellationToken);
        var index = ScopeHierarchyChanges.IndexOf(hierarchy, path);
        var after = hierarchy with { Scopes = hierarchy.Scopes.SetItem(index, hierarchy.Scopes[index] with { Archived = true }) };
        after = ScopeHierarchyChanges.Revoke(after, new HashSet<ScopePath> { path }, hierarchy.LastEpoch + 1);
        act.Set(after);
        act.Record(AuditActions.ChangeScope, path, "archived");
        return Show(act, after, path);
    }

    private static AdministeredScope Show(ScopeAct act, ScopeHierarchyState after, ScopePath path)
    {
        var authority = act.Authority.With(new ScopeCatalogue(after));
        return ScopeViews.Show(authority, authority.Scopes.Find(path)!, act.Now);
    }
}
