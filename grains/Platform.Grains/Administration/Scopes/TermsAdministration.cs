using Platform.Grains.Scopes;

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
    /// <summary>What is in force in a scope, for all who may know of the scope or belong to one below it.</summary>
    public Task<AdministrationResult<PublishedTerms>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>One version with its text, for the same.</summary>
    public Task<AdministrationResult<TermsVersion>> FindVersionAsync(
        AdministrationActor actor, ScopePath path, int version, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>All versions without their texts, the newest first.</summary>
    public Task<AdministrationResult<IReadOnlyList<TermsVersion>>> ListVersionsAsync(
        AdministrationActor actor, ScopePath path, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Publishes a version, or changes how the present one is asked for.</summary>
    public Task<AdministrationResult<PublishedTerms>> PublishAsync(
        AdministrationActor actor, ScopePath path, TermsPublication publication, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
