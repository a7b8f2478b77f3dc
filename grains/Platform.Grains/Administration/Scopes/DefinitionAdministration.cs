using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>VREs before they are made: defined by a designer, approved or rejected by a manager.</summary>
public sealed class DefinitionAdministration
{
    /// <summary>The definitions that the actor may approve, or has something to do with, ordered by path.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="vo">Only those in this VO; null: all.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<Page<AdministeredDefinition>>> ListAsync(
        AdministrationActor actor, ScopePath? vo, PageRequest page, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One definition.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Defines a VRE, for others to approve.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> DefineAsync(
        AdministrationActor actor, ScopePath path, VreDefinition definition, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Replaces a definition; a rejected one waits again.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> ChangeAsync(
        AdministrationActor actor, ScopePath path, VreDefinition definition, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Makes the VRE, and gives its manager and its designer their roles.</summary>
    public Task<AdministrationResult<AdministeredScope>> ApproveAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Rejects a definition; it stays with the reason until it is sent again or withdrawn.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> RejectAsync(
        AdministrationActor actor, ScopePath path, string? reason, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Takes a definition back. The result is what it was.</summary>
    public Task<AdministrationResult<AdministeredDefinition>> WithdrawAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
