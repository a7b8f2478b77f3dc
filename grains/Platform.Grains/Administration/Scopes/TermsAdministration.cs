using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Scopes;
using Platform.Storage;

namespace Platform.Grains.Administration.Scopes;

/// <summary>An acceptable-use policy to publish.</summary>
/// <param name="Text">The text of a new version, plain; null: the text stays, and no new version is made.</param>
/// <param name="Grace">How long who belongs already may go on without signing.</param>
/// <param name="RenewEvery">How long a signature holds; null: until the next version.</param>
/// <param name="Required">Whether it has to be signed at all.</param>
public sealed record TermsPublication(string? Text, TimeSpan Grace, TimeSpan? RenewEvery, bool Required = true);

/// <summary>One version of an acceptable-use policy.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Version">The version, from 1.</param>
/// <param name="Text">The text; null in a history, which leaves it out.</param>
/// <param name="PublishedAt">When (UTC).</param>
/// <param name="PublishedBy">Who published it, as the audit names them.</param>
/// <param name="IsCurrent">Whether it is the one in force.</param>
public sealed record TermsVersion(ScopePath Scope, int Version, string? Text, DateTimeOffset PublishedAt, string PublishedBy, bool IsCurrent);

/// <summary>The acceptable-use policy of a scope.</summary>
/// <param name="Terms">How it is asked for.</param>
/// <param name="Current">The version in force, with its text.</param>
/// <param name="Tag">The entity tag, for conditions of changes.</param>
public sealed record PublishedTerms(ScopeTerms Terms, TermsVersion Current, string Tag);

/// <summary>The acceptable-use policies of infrastructures and VOs.</summary>
public sealed class TermsAdministration
{
    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(366);
    private static readonly TimeSpan MinRenewal = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxRenewal = TimeSpan.FromDays(3660);

    private readonly IStateStore _store;
    private readonly ScopeActs _acts;
    private readonly AuthorityReader _authorities;

    internal TermsAdministration(IStateStore store, ScopeActs acts, AuthorityReader authorities)
    {
        _store = store;
        _acts = acts;
        _authorities = authorities;
    }

    private static AdministrationRefusal NoTerms { get; } =
        new(RefusalKind.NotFound, "no-such-terms", "There is no such version of an acceptable-use policy.");

    /// <summary>What is in force in a scope, for all who may know of the scope or belong to one below it.</summary>
    public async Task<AdministrationResult<PublishedTerms>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken)
    {
        var (terms, refusal) = await ReadAsync(actor, path, cancellationToken);
        return terms is not null && await VersionAsync(path, terms, terms.Version, cancellationToken) is { } current
            ? new PublishedTerms(terms, current, EntityTag.Of(terms))
            : refusal ?? NoTerms;
    }

    /// <summary>One version with its text, for the same.</summary>
    public async Task<AdministrationResult<TermsVersion>> FindVersionAsync(
        AdministrationActor actor, ScopePath path, int version, CancellationToken cancellationToken)
    {
        var (terms, refusal) = await ReadAsync(actor, path, cancellationToken);
        return terms is not null && await VersionAsync(path, terms, version, cancellationToken) is { } found ? found : refusal ?? NoTerms;
    }

    /// <summary>All versions without their texts, the newest first.</summary>
    public async Task<AdministrationResult<IReadOnlyList<TermsVersion>>> ListVersionsAsync(
        AdministrationActor actor, ScopePath path, CancellationToken cancellationToken)
    {
        var (terms, refusal) = await ReadAsync(actor, path, cancellationToken);
        if (terms is null)
        {
            return refusal ?? NoTerms;
        }

        var versions = new List<TermsVersion>();
        for (var version = terms.Version; version > 0; version--)
        {
            if (await VersionAsync(path, terms, version, cancellationToken) is { } found)
            {
                versions.Add(found with { Text = null });
            }
        }

        return AdministrationResult<IReadOnlyList<TermsVersion>>.Done(versions);
    }

    /// <summary>Publishes a version, or changes how the present one is asked for.</summary>
    public Task<AdministrationResult<PublishedTerms>> PublishAsync(
        AdministrationActor actor, ScopePath path, TermsPublication publication, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        _acts.MakeAsync<PublishedTerms>(actor, (act, token) => PublishAsync(act, path, publication, ifMatch, token), cancellationToken);

    private static async Task<AdministrationResult<PublishedTerms>> PublishAsync(
        ScopeAct act, ScopePath path, TermsPublication publication, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken)
    {
        if ((act.RefusalOf(Permission.PublishTerms, path, $"You may not publish the acceptable-use policy of {path}.") ?? RefusalOf(path, publication)) is { } refusal)
        {
            return refusal;
        }

        var hierarchy = await act.HierarchyAsync(cancellationToken);
        var index = ScopeHierarchyChanges.IndexOf(hierarchy, path);
        var old = hierarchy.Scopes[index].Terms;
        if (ifMatch is not null && (old is null || !EntityTag.Holds(ifMatch, EntityTag.Of(old.ToTerms()))))
        {
            return AdministrationRefusal.Stale;
        }

        var published = old?.Published ?? [];
        TermsState text;
        if (publication.Text is { } words)
        {
            text = new TermsState { Text = words, PublishedAt = act.Now, PublishedBy = act.Actor.Name };
            published = published.Add(act.Now);
            var key = TermsState.KeyOf(path, published.Length);
            await act.Transaction.FindAsync<TermsState>(StateNames.Terms, key, cancellationToken);
            act.Transaction.Set(StateNames.Terms, key, text);
        }
        else if (published.Length > 0
            && await act.Transaction.FindAsync<TermsState>(StateNames.Terms, TermsState.KeyOf(path, published.Length), cancellationToken) is { } kept)
        {
            text = kept;
        }
        else
        {
            return AdministrationRefusal.Invalid("text", "There is no version yet: the first one needs a text.");
        }

        var state = new ScopeTermsState
        {
            Published = published,
            Grace = publication.Grace,
            RenewEvery = publication.RenewEvery,
            Required = publication.Required,
        };
        act.Set(hierarchy with { Scopes = hierarchy.Scopes.SetItem(index, hierarchy.Scopes[index] with { Terms = state }) });
        act.Record(
            AuditActions.ChangeTerms,
            path,
            $"{(publication.Text is null ? "changed" : "published")}: version {published.Length}, grace {publication.Grace}, renewed every {publication.RenewEvery?.ToString() ?? "version"}, {(publication.Required ? "required" : "not required")}");
        var terms = state.ToTerms();
        return new PublishedTerms(terms, Show(path, terms, published.Length, text), EntityTag.Of(terms));
    }

    private static AdministrationRefusal? RefusalOf(ScopePath path, TermsPublication publication)
    {
        if (path.Kind == ScopeKind.VirtualResearchEnvironment)
        {
            return AdministrationRefusal.Invalid("path", "An acceptable-use policy is an infrastructure's or a VO's; it holds in the VREs below.");
        }

        if (publication.Text is { } text && string.IsNullOrWhiteSpace(text))
        {
            return AdministrationRefusal.Invalid("text", "The text is empty.");
        }

        if (publication.Grace < TimeSpan.Zero || publication.Grace > MaxGrace)
        {
            return AdministrationRefusal.Invalid("grace", "The grace is 0 to 366 days.");
        }

        return publication.RenewEvery is { } age && (age < MinRenewal || age > MaxRenewal)
            ? AdministrationRefusal.Invalid("renewEvery", "A signature holds for 1 to 3660 days.")
            : ScopeTexts.RefusalOfText("text", publication.Text, ScopeTexts.MaxTerms);
    }

    /// <summary>Who belongs to a scope below has to sign, so they may read.</summary>
    private async Task<(ScopeTerms? Terms, AdministrationRefusal? Refusal)> ReadAsync(
        AdministrationActor actor, ScopePath path, CancellationToken cancellationToken)
    {
        var authority = await _authorities.ReadAsync(actor, cancellationToken);
        if (authority.Scopes.Find(path) is not { } scope || !(authority.Sees(path) || authority.Access.BelongsBelow(path)))
        {
            return (null, AdministrationRefusal.NoSuchScope);
        }

        return (scope.Terms, null);
    }

    private async Task<TermsVersion?> VersionAsync(ScopePath path, ScopeTerms terms, int version, CancellationToken cancellationToken)
    {
        if (version < 1 || version > terms.Version)
        {
            return null;
        }

        var row = await _store.ReadAsync(new StateKey(StateNames.Terms, TermsState.KeyOf(path, version)), cancellationToken);
        return row is null ? null : Show(path, terms, version, StateSerializer.Deserialize<TermsState>(row.Payload.Span));
    }

    private static TermsVersion Show(ScopePath path, ScopeTerms terms, int version, TermsState state) =>
        new(path, version, state.Text, state.PublishedAt, state.PublishedBy, version == terms.Version);
}
