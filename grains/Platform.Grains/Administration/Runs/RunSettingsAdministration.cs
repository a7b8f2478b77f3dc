using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Platform.Grains.Administration.Scopes;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;
using Platform.Storage;

namespace Platform.Grains.Administration.Runs;

/// <summary>What a scope says of its runs. What is null holds as above it.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Images">The images that it adds to those of the scopes above.</param>
/// <param name="ForMembers">Whether every member may start runs.</param>
/// <param name="Running">How many of its runs run at a time.</param>
/// <param name="MemoryBytes">The most memory that a run may ask for, in bytes.</param>
/// <param name="Cpus">The most processors.</param>
/// <param name="Time">The longest time.</param>
/// <param name="Terms">What follows from it, from the scopes above and from the operator's settings.</param>
/// <param name="Tag">The entity tag, for conditions of changes.</param>
public sealed record RunSettings(
    ScopePath Scope, ImmutableArray<string> Images, bool? ForMembers, int? Running, long? MemoryBytes, double? Cpus, TimeSpan? Time, RunTerms Terms, string Tag);

/// <summary>A change of what a scope says of its runs; what is not given stays, what is given as null holds as above it.</summary>
public sealed record RunSettingsChange
{
    /// <summary>All images that it adds.</summary>
    public Given<IReadOnlyList<string>?>? Images { get; init; }

    /// <summary>Whether every member may start runs.</summary>
    public Given<bool?>? ForMembers { get; init; }

    /// <summary>How many of its runs run at a time.</summary>
    public Given<int?>? Running { get; init; }

    /// <summary>The most memory that a run may ask for, in bytes.</summary>
    public Given<long?>? MemoryBytes { get; init; }

    /// <summary>The most processors.</summary>
    public Given<double?>? Cpus { get; init; }

    /// <summary>The longest time.</summary>
    public Given<TimeSpan?>? Time { get; init; }
}

/// <summary>What may run in scopes, for those who manage runs there.</summary>
public sealed class RunSettingsAdministration
{
    private const int MaxImages = 200;

    private readonly IStateStore _store;
    private readonly ScopeActs _acts;
    private readonly AuthorityReader _authorities;
    private readonly IOptions<RunOptions> _options;

    internal RunSettingsAdministration(IStateStore store, ScopeActs acts, AuthorityReader authorities, IOptions<RunOptions> options)
    {
        _store = store;
        _acts = acts;
        _authorities = authorities;
        _options = options;
    }

    /// <summary>What a scope says.</summary>
    public async Task<AdministrationResult<RunSettings>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (authority.RefusalOf(Permission.ManageRuns, path, MayNot(path)) is { } refusal)
        {
            return refusal;
        }

        var row = await _store.ReadAsync(RunTermsRows.KeyOf(path), cancellationToken);
        var state = row is null ? new RunScopeState() : StateSerializer.Deserialize<RunScopeState>(row.Payload.Span);
        return Show(path, state, await RunTermsRows.ReadAsync(_store, path, _options.Value, cancellationToken));
    }

    /// <summary>Changes it. Runs that wait are judged by it when they are begun.</summary>
    public Task<AdministrationResult<RunSettings>> ChangeAsync(
        AdministrationActor actor, ScopePath path, RunSettingsChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<RunSettings>(actor, (act, token) => ChangeAsync(act, path, change, ifMatch, token), cancellationToken);

    private async Task<AdministrationResult<RunSettings>> ChangeAsync(
        ScopeAct act, ScopePath path, RunSettingsChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if (act.RefusalOf(Permission.ManageRuns, path, MayNot(path)) is { } refusal)
        {
            return refusal;
        }

        var state = await act.Transaction.FindAsync<RunScopeState>(StateNames.RunScope, path.Value, cancellationToken) ?? new RunScopeState();
        if (!EntityTag.Holds(ifMatch, EntityTag.Of(state)))
        {
            return AdministrationRefusal.Stale;
        }

        var next = state with
        {
            Images = change.Images is { } images ? [.. (images.Value ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : state.Images,
            ForMembers = change.ForMembers is { } forMembers ? forMembers.Value : state.ForMembers,
            Running = change.Running is { } running ? running.Value : state.Running,
            MemoryBytes = change.MemoryBytes is { } memory ? memory.Value : state.MemoryBytes,
            Cpus = change.Cpus is { } cpus ? cpus.Value : state.Cpus,
            Time = change.Time is { } time ? time.Value : state.Time,
        };
        if (RefusalOf(next) is { } wrong)
        {
            return wrong;
        }

        act.Transaction.Set(StateNames.RunScope, path.Value, next);
        act.Record(AuditActions.ChangeRunSettings, path, FormattableString.Invariant(
            $"images: {string.Join(' ', next.Images)}; members {next.ForMembers?.ToString() ?? "as above"}; at a time {next.Running?.ToString() ?? "as above"}; memory {next.MemoryBytes?.ToString() ?? "as above"}; cpus {next.Cpus?.ToString() ?? "as above"}; time {next.Time?.ToString() ?? "as above"}"));

        // Read within the transaction, which holds the new value already.
        return Show(path, next, await RunTermsRows.ReadAsync(act.Transaction, path, _options.Value, cancellationToken));
    }

    private AdministrationRefusal? RefusalOf(RunScopeState state) =>
        state.Images.Length > MaxImages ? AdministrationRefusal.Invalid("images", $"There are at most {MaxImages} images.")
        : state.Images.FirstOrDefault(image => !RunRules.IsImage(image)) is { } image ? AdministrationRefusal.Invalid("images", $"'{image}' is no reference to an image, as in registry.example/name:tag.")
        : state.Images.FirstOrDefault(image => !_options.Value.MayList(image)) is { } other ? AdministrationRefusal.Invalid("images", $"'{other}' is none of the images that the operator lets scopes list.")
        : state.Running is < 0 ? AdministrationRefusal.Invalid("running", "It is a number from 0, which lets nothing run.")
        : state.MemoryBytes < RunRules.MinMemoryBytes ? AdministrationRefusal.Invalid("memoryBytes", $"It is at least {RunRules.MinMemoryBytes}.")
        : state.Cpus is { } cpus && !(cpus >= RunRules.MinCpus && double.IsFinite(cpus)) ? AdministrationRefusal.Invalid("cpus", FormattableString.Invariant($"It is at least {RunRules.MinCpus}."))
        : state.Time < RunRules.MinTime ? AdministrationRefusal.Invalid("timeSeconds", "It is at least 1.")
        : null;

    private static RunSettings Show(ScopePath path, RunScopeState state, RunTerms terms) => new(
        path, state.Images, state.ForMembers, state.Running, state.MemoryBytes, state.Cpus, state.Time, terms, EntityTag.Of(state));

    private static string MayNot(ScopePath path) => $"You may not say what runs in {path}.";
}
