using System.Collections.Immutable;
using Platform.Grains.Scopes;

namespace Platform.Grains.Administration.Members;

/// <summary>Who belongs to a scope, and who asks to. A user is named by a local user name or <c>directory:id</c>, a client by <c>client:id</c>.</summary>
public sealed class MemberAdministration
{
    /// <summary>The members of a scope, those that are suspended or over included.</summary>
    public Task<AdministrationResult<Page<AdministeredMember>>> ListAsync(
        AdministrationActor actor, ScopePath scope, MemberQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One member.</summary>
    public Task<AdministrationResult<AdministeredMember>> FindAsync(
        AdministrationActor actor, ScopePath scope, string user, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes someone a member, unasked.</summary>
    public Task<AdministrationResult<AdministeredMember>> AddAsync(
        AdministrationActor actor, ScopePath scope, NewMember member, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Changes a membership's roles and its end.</summary>
    public Task<AdministrationResult<AdministeredMember>> ChangeAsync(
        AdministrationActor actor, ScopePath scope, string user, MemberChange change, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Suspends a member, also one whom a directory makes one.</summary>
    public Task<AdministrationResult<AdministeredMember>> SuspendAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Ends a suspension.</summary>
    public Task<AdministrationResult<AdministeredMember>> ResumeAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Takes away what was given on the platform. The result is what a directory still gives, without memberships where nothing is left.</summary>
    public Task<AdministrationResult<AdministeredMember>> RemoveAsync(
        AdministrationActor actor, ScopePath scope, string user, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The requests that wait for an answer, in the order of the users' keys.</summary>
    public Task<AdministrationResult<Page<JoinRequest>>> ListRequestsAsync(
        AdministrationActor actor, ScopePath scope, PageRequest page, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes someone a member who asked to become one.</summary>
    public Task<AdministrationResult<AdministeredMember>> AcceptAsync(
        AdministrationActor actor,
        ScopePath scope,
        string user,
        ImmutableArray<string> roles,
        DateTimeOffset? until,
        IReadOnlyCollection<string>? ifMatch,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Rejects a request, with a message to who asked.</summary>
    public Task<AdministrationResult<JoinRequest>> RejectAsync(
        AdministrationActor actor, ScopePath scope, string user, string? message, IReadOnlyCollection<string>? ifMatch, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
