using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Policies;

/// <summary>
/// Reads policies where no session and no token goes along: for callers without any, and to decide about somebody who is not calling. Each
/// answer is one version query on the primary database, begun after the call; all methods throw where it does not answer (invariant 7).
/// </summary>
public interface IPolicyCheck
{
    /// <summary>Answers the question.</summary>
    ValueTask<PolicyFacts> ReadAsync(PolicyQuestion question, CancellationToken cancellationToken);

    /// <summary>Answers the question, and finds a user who is enabled, of the same instant; null where there is none.</summary>
    ValueTask<KnownUser?> FindUserAsync(UserKey user, PolicyQuestion question, CancellationToken cancellationToken);

    /// <summary>Answers the question, and finds a client that is not suspended, of the same instant; null where there is none.</summary>
    ValueTask<LiveClient?> FindClientAsync(ClientId client, PolicyQuestion question, CancellationToken cancellationToken);

    /// <summary>The services and their hosts, by name.</summary>
    ValueTask<IReadOnlyList<ServiceEntry>> ListServicesAsync(CancellationToken cancellationToken);
}

/// <summary>A user who was enabled at one instant, and what they may do in which scope.</summary>
/// <param name="User">The user.</param>
/// <param name="Access">Their access.</param>
public sealed record KnownUser(UserSnapshot User, ScopeAccess Access);

/// <summary>A protected service.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Hosts">Its hosts.</param>
public sealed record ServiceEntry(ServiceName Service, IReadOnlyList<string> Hosts);
