using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Scopes;

/// <summary>The hierarchy and its life: what administrators do to infrastructures, VOs and VREs.</summary>
public sealed class ScopeAdministration
{
    /// <summary>One scope.</summary>
    public Task<AdministrationResult<AdministeredScope>> FindAsync(AdministrationActor actor, ScopePath path, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The scopes that the actor may know of.</summary>
    public Task<AdministrationResult<Page<AdministeredScope>>> ListAsync(AdministrationActor actor, ScopeQuery query, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Makes a scope below one in which the actor may; an infrastructure's root is made by the operator alone.</summary>
    public Task<AdministrationResult<AdministeredScope>> CreateAsync(AdministrationActor actor, NewScope scope, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Changes what a scope says of itself, and when it begins and ends.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="path">The scope.</param>
    /// <param name="change">What.</param>
    /// <param name="ifMatch">The tags that the change rests on, <c>*</c> for any; null: no condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdministrationResult<AdministeredScope>> ChangeAsync(
        AdministrationActor actor, ScopePath path, ScopeChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Moves a VRE, with its members, requests, invitations and documents, into another VO. Sessions that are in it are in it no longer.</summary>
    public Task<AdministrationResult<MovedScope>> MoveAsync(
        AdministrationActor actor, ScopePath path, ScopePath newParent, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes a scope and what lies below it; sessions that are in them are so no longer.</summary>
    public Task<AdministrationResult<AdministeredScope>> SuspendAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Opens a suspended scope again.</summary>
    public Task<AdministrationResult<AdministeredScope>> ReopenAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes a scope and what lies below it for good. It keeps its path and what is known of it.</summary>
    public Task<AdministrationResult<AdministeredScope>> ArchiveAsync(
        AdministrationActor actor, ScopePath path, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
