using System.Collections.Immutable;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Grains.Administration.Scopes;

/// <summary>VREs before they are made: defined by a designer, approved or rejected by a manager.</summary>
public sealed class DefinitionAdministration
{
    /// <summary>How many definitions of VREs in one VO may wait or be rejected at a time.</summary>
    public const int MaxOfOrganisation = 200;

    private readonly IStateStore _store;
    private readonly ScopeActs _acts;
    private readonly AuthorityReader _authorities;

    internal DefinitionAdministration(IStateStore store, ScopeActs acts, AuthorityReader authorities)
    {
        _store = store;
        _acts = acts;
        _authorities = authorities;
    }

    /// <summary>The definitions that the actor may approve, or has something to do with, ordered by path.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="vo">Only those in this VO; null: all.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<Page<AdministeredDefinition>>> ListAsync(
        AdministrationActor actor, ScopePath? vo, PageRequest page, CancellationToken cancellationToken)
    {
        if (Paging.Read(page, out var after) is { } refusal)
        {
            return refusal;
        }

        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        var seen = (await ReadAllAsync(_store, vo, cancellationToken)).Where(state => new Standing(actor, authority, state).MaySee).ToList();
        var users = seen.SelectMany(state => new[] { UserKey.Parse(state.Designer), UserKey.Parse(state.Manager) }).Distinct().ToList();
        var known = users.Zip(await KnownUsers.DescribeAsync(_store, users, cancellationToken)).ToDictionary();
        return Paging.Cut(seen, page, after, state => state.Path, state => Show(new Standing(actor, authority, state), known));
    }

    /// <summary>One definition.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredDefinition>(
            actor,
            async (act, token) => await FindAsync(act, path, token) is { } standing ? await ShowAsync(act, standing, token) : NoSuchDefinition,
            cancellationToken);

    /// <summary>Defines a VRE, for others to approve.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> DefineAsync(
        AdministrationActor actor, ScopePath path, VreDefinition definition, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredDefinition>(actor, (act, token) => DefineAsync(act, path, definition, token), cancellationToken);

    /// <summary>Replaces a definition; a rejected one waits again.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> ChangeAsync(
        AdministrationActor actor, ScopePath path, VreDefinition definition, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredDefinition>(actor, (act, token) => ChangeAsync(act, path, definition, ifMatch, token), cancellationToken);

    /// <summary>Makes the VRE, and gives its manager and its designer their roles.</summary>
    public Task<AdministrationResult<AdministeredScope>> ApproveAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredScope>(actor, (act, token) => ApproveAsync(act, path, ifMatch, token), cancellationToken);

    /// <summary>Rejects a definition; it stays with the reason until it is sent again or withdrawn.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> RejectAsync(
        AdministrationActor actor, ScopePath path, string? reason, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredDefinition>(actor, (act, token) => RejectAsync(act, path, reason, ifMatch, token), cancellationToken);

    /// <summary>Takes a definition back. The result is what it was.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> WithdrawAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<AdministeredDefinition>(actor, (act, token) => WithdrawAsync(act, path, ifMatch, token), cancellationToken);

    private static AdministrationRefusal NoSuchDefinition { get; } =
        new(RefusalKind.NotFound, "no-such-definition", "There is no definition of such a VRE that waits or was rejected.");

    /// <summary>How many wait for the actor's approval.</summary>
    internal static async Task<long> CountWaitingAsync(
        IStateStore store, AdministrationActor actor, Authority authority, CancellationToken cancellationToken) =>
        (await ReadAllAsync(store, null, cancellationToken)).Count(state => state.RejectedAt is null && new Standing(actor, authority, state).MayApprove);

    private static async Task<List<ScopeDefinitionState>> ReadAllAsync(IStateStore store, ScopePath? vo, CancellationToken cancellationToken)
    {
        var prefix = vo is { } path ? $"{path.Value}/" : "";
        var states = new List<ScopeDefinitionState>();
        var after = prefix;
        while (true)
        {
            var rows = await store.ListAsync(StateNames.ScopeDefinition, after, 500, cancellationToken);
            states.AddRange(rows
                .TakeWhile(row => row.Key.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(row => StateSerializer.Deserialize<ScopeDefinitionState>(row.Payload.Span)));
            if (rows.Count == 0 || !rows[^1].Key.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return states;
            }

            after = rows[^1].Key.Key;
        }
    }

    private async Task<AdministrationResult<AdministeredDefinition>> DefineAsync(
        ScopeAct act, ScopePath path, VreDefinition definition, CancellationToken cancellationToken)
    {
        if (path.Kind != ScopeKind.VirtualResearchEnvironment)
        {
            return AdministrationRefusal.Invalid("path", "A VRE is '/INFRASTRUCTURE/VO/VRE'.");
        }

        var vo = path.Parent!.Value;
        if ((act.RefusalOf(Permission.DefineScope, vo, $"You may not define VREs in {vo}.")
            ?? await NewScopes.RefusalOfPathAsync(act, path, cancellationToken)) is { } refusal)
        {
            return refusal;
        }

        if ((await ReadAllAsync(_store, vo, cancellationToken)).Count >= MaxOfOrganisation)
        {
            return AdministrationRefusal.Conflict("too-many-definitions", $"{MaxOfOrganisation} definitions wait in {vo}: approve, reject or withdraw some.");
        }

        return await SetAsync(act, path, definition, "defined", cancellationToken);
    }

    private static async Task<AdministrationResult<AdministeredDefinition>> ChangeAsync(
        ScopeAct act, ScopePath path, VreDefinition definition, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (await FindAsync(act, path, cancellationToken) is not { } standing)
        {
            return NoSuchDefinition;
        }

        if (!standing.MayChange)
        {
            return AdministrationRefusal.Forbidden("You may not change this definition.");
        }

        return RefusalOfTag(act, path, standing, ifMatch) ?? await SetAsync(act, path, definition, "defined anew", cancellationToken);
    }

    private static async Task<AdministrationResult<AdministeredScope>> ApproveAsync(
        ScopeAct act, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (await FindAsync(act, path, cancellationToken) is not { } standing)
        {
            return NoSuchDefinition;
        }

        if (!standing.MayApprove || !act.Authority.MayGive(Roles.VREManager, path) || !act.Authority.MayGive(Roles.VREDesigner, path))
        {
            return AdministrationRefusal.Forbidden($"You may not approve VREs in {path.Parent}.");
        }

        var state = standing.State;
        if (state.RejectedAt is not null)
        {
            return AdministrationRefusal.Conflict("definition-rejected", "This definition was rejected; it has to be sent again first.");
        }

        if ((RefusalOfTag(act, path, standing, ifMatch)
            ?? ScopeTexts.RefusalOfEnd("endsAt", state.EndsAt, act.Now)
            ?? (act.Authority.Scopes.Find(path) is null ? null : AdministrationRefusal.Conflict("path-taken", $"There is a scope {path} already."))) is { } refusal)
        {
            return refusal;
        }

        var (manager, wrongManager) = await PersonAsync(act, "manager", state.Manager, cancellationToken);
        var (designer, wrongDesigner) = await PersonAsync(act, "designer", state.Designer, cancellationToken);
        if (manager is null || designer is null)
        {
            return (wrongManager ?? wrongDesigner)!;
        }

        act.Transaction.Remove(StateNames.ScopeDefinition, path.Value);
        var made = await NewScopes.MakeAsync(
            act,
            new ScopeState
            {
                Path = path.Value,
                DisplayName = state.DisplayName,
                Description = state.Description,
                Visibility = state.Visibility,
                Admission = state.Admission,
                StartsAt = state.StartsAt,
                EndsAt = state.EndsAt,
            },
            "definition approved",
            cancellationToken);
        foreach (var roles in new[] { (User: manager.Key, Role: Roles.VREManager), (User: designer.Key, Role: Roles.VREDesigner) }.GroupBy(pair => pair.User, pair => pair.Role))
        {
            var memberships = await act.MembershipsAsync(roles.Key, cancellationToken);
            var given = new Membership(path, [.. roles], null, null, AcceptedAt: act.Now, AcceptedBy: act.Actor.Name);
            act.Set(roles.Key, memberships.WithOwn(given));
            act.Record(roles.Key, path, $"added: {string.Join(' ', roles)}");
        }

        return made;
    }

    private static async Task<AdministrationResult<AdministeredDefinition>> RejectAsync(
        ScopeAct act, ScopePath path, string? reason, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (await FindAsync(act, path, cancellationToken) is not { } standing)
        {
            return NoSuchDefinition;
        }

        if (!standing.MayApprove)
        {
            return AdministrationRefusal.Forbidden($"You may not reject VREs in {path.Parent}.");
        }

        if (standing.State.RejectedAt is not null)
        {
            return AdministrationRefusal.Conflict("definition-rejected", "This definition was rejected already.");
        }

        if ((RefusalOfTag(act, path, standing, ifMatch) ?? ScopeTexts.RefusalOfMessage("reason", reason)) is { } refusal)
        {
            return refusal;
        }

        var state = standing.State with { RejectedAt = act.Now, RejectedBy = act.Actor.Name, Reason = reason };
        act.Transaction.Set(StateNames.ScopeDefinition, path.Value, state);
        act.Record(AuditActions.ChangeDefinition, path, "rejected");
        return await ShowAsync(act, new Standing(act.Actor, act.Authority, state), cancellationToken);
    }

    private static async Task<AdministrationResult<AdministeredDefinition>> WithdrawAsync(
        ScopeAct act, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (await FindAsync(act, path, cancellationToken) is not { } standing)
        {
            return NoSuchDefinition;
        }

        if (!standing.MayChange)
        {
            return AdministrationRefusal.Forbidden("You may not withdraw this definition.");
        }

        if (RefusalOfTag(act, path, standing, ifMatch) is { } stale)
        {
            return stale;
        }

        act.Transaction.Remove(StateNames.ScopeDefinition, path.Value);
        act.Record(AuditActions.ChangeDefinition, path, "withdrawn");
        return await ShowAsync(act, standing, cancellationToken);
    }

    private static AdministrationRefusal? RefusalOfTag(ScopeAct act, ScopePath path, Standing standing, IReadOnlyCollection<string>? ifMatch) =>
        EntityTag.Holds(ifMatch, standing.Tag) ? act.RefusalOfArchived(path.Parent!.Value) : AdministrationRefusal.Stale;

    /// <summary>The definition of a VRE, where the actor may know of it.</summary>
    private static async Task<Standing?> FindAsync(ScopeAct act, ScopePath path, CancellationToken cancellationToken) =>
        await act.Transaction.FindAsync<ScopeDefinitionState>(StateNames.ScopeDefinition, path.Value, cancellationToken) is { } state
        && new Standing(act.Actor, act.Authority, state) is { MaySee: true } standing
            ? standing
            : null;

    private static async Task<AdministrationResult<AdministeredDefinition>> SetAsync(
        ScopeAct act, ScopePath path, VreDefinition definition, string detail, CancellationToken cancellationToken)
    {
        if ((ScopeTexts.RefusalOfDisplayName(definition.DisplayName)
            ?? ScopeTexts.RefusalOfDescription(definition.Description)
            ?? ScopeTexts.RefusalOfMessage("message", definition.Message)
            ?? ScopeTexts.RefusalOfKinds(definition.Visibility, definition.Admission)
            ?? ScopeTexts.RefusalOfTimes(definition.StartsAt, definition.EndsAt)
            ?? ScopeTexts.RefusalOfEnd("endsAt", definition.EndsAt, act.Now)) is { } refusal)
        {
            return refusal;
        }

        var (manager, wrongManager) = await PersonAsync(act, "manager", definition.Manager, cancellationToken);
        var (designer, wrongDesigner) = await PersonAsync(act, "designer", definition.Designer ?? DesignerOf(act.Actor), cancellationToken);
        if (manager is null || designer is null)
        {
            return (wrongManager ?? wrongDesigner)!;
        }

        var state = new ScopeDefinitionState
        {
            Path = path.Value,
            DisplayName = ScopeTexts.NameOrDefault(definition.DisplayName, path),
            Description = definition.Description,
            Designer = designer.Key.ToString(),
            Manager = manager.Key.ToString(),
            StartsAt = definition.StartsAt?.ToUniversalTime(),
            EndsAt = definition.EndsAt?.ToUniversalTime(),
            Visibility = definition.Visibility,
            Admission = definition.Admission,
            Message = definition.Message,
            DefinedAt = act.Now,
            DefinedBy = act.Actor.Name,
        };
        act.Transaction.Set(StateNames.ScopeDefinition, path.Value, state);
        act.Record(AuditActions.ChangeDefinition, path, $"{detail}: manager {manager.Key}, designer {designer.Key}");
        return await ShowAsync(act, new Standing(act.Actor, act.Authority, state), cancellationToken);
    }

    /// <summary>Who defines a VRE designs it; the operator and clients name a person.</summary>
    private static string? DesignerOf(AdministrationActor actor) =>
        actor.Subject is { } subject && subject.Directory != ClientId.MemberDirectory ? subject.ToString() : null;

    private static async Task<(KnownUser? Person, AdministrationRefusal? Refusal)> PersonAsync(
        ScopeAct act, string field, string? text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (null, AdministrationRefusal.Invalid(field, "Say who it is: a local user name, or directory:id."));
        }

        var found = await KnownUsers.FindAsync(act.Transaction, text, cancellationToken);
        return found is { Disabled: false } && found.Key.Directory != ClientId.MemberDirectory
            ? (found, null)
            : (null, AdministrationRefusal.Invalid(field, "There is no such user, or they are disabled."));
    }

    private static async Task<AdministeredDefinition> ShowAsync(ScopeAct act, Standing standing, CancellationToken cancellationToken)
    {
        var known = new Dictionary<UserKey, KnownUser>();
        foreach (var key in new[] { UserKey.Parse(standing.State.Designer), UserKey.Parse(standing.State.Manager) })
        {
            known[key] = await KnownUsers.DescribeAsync(act.Transaction, key, cancellationToken);
        }

        return Show(standing, known);
    }

    private static AdministeredDefinition Show(Standing standing, Dictionary<UserKey, KnownUser> known)
    {
        var state = standing.State;
        var definition = new VreDefinition
        {
            DisplayName = state.DisplayName,
            Description = state.Description,
            Designer = state.Designer,
            Manager = state.Manager,
            StartsAt = state.StartsAt,
            EndsAt = state.EndsAt,
            Visibility = state.Visibility,
            Admission = state.Admission,
            Message = state.Message,
        };
        return new AdministeredDefinition(
            new ScopePath(state.Path),
            definition,
            known[UserKey.Parse(state.Designer)],
            known[UserKey.Parse(state.Manager)],
            state.DefinedAt,
            state.DefinedBy,
            state.RejectedAt,
            state.RejectedBy,
            state.Reason,
            standing.MayApprove,
            standing.MayChange,
            standing.Tag);
    }

    /// <summary>What a definition is to an actor.</summary>
    private sealed class Standing(AdministrationActor actor, Authority authority, ScopeDefinitionState state)
    {
        private readonly ScopePath _vo = new ScopePath(state.Path).Parent!.Value;

        public ScopeDefinitionState State => state;

        public bool MayApprove => authority.Allows(Permission.ApproveScope, _vo);

        /// <summary>Approvers, and those who made it while they may define VREs there.</summary>
        public bool MayChange => MayApprove || (Is(state.DefinedBy, state.Designer) && authority.Allows(Permission.DefineScope, _vo));

        public bool MaySee => MayChange || Is(state.DefinedBy, state.Designer, state.Manager);

        public string Tag => EntityTag.Of(new Representation(state, MayApprove, MayChange));

        private bool Is(params ReadOnlySpan<string> names) =>
            actor.Subject is { } subject && (actor.LimitedTo is null || actor.LimitedTo == _vo) && names.Contains(subject.ToString());
    }

    private sealed record Representation(ScopeDefinitionState State, bool MayApprove, bool MayChange);
}
