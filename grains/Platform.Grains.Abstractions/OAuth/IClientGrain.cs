using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth;

/// <summary>One OAuth client, keyed by <see cref="ClientId.GrainKey"/>.</summary>
[Alias("platform.IClientGrain")]
public interface IClientGrain : IGrainWithStringKey
{
    /// <summary>The client; null where there is none.</summary>
    [Alias("FindAsync"), Idempotent]
    Task<ClientSnapshot?> FindAsync();

    /// <summary>Makes the client by dynamic registration. A repeated call with the same definition makes no second one.</summary>
    /// <returns>False where there is another client of this id.</returns>
    [Alias("RegisterAsync"), Idempotent]
    Task<bool> RegisterAsync(ClientDefinition definition);

    /// <summary>
    /// Replaces the definition. Its tokens end where a change takes away what they rest on: the way of authentication, keys or secrets,
    /// redirect URIs, a grant, an OAuth scope or an audience.
    /// </summary>
    /// <returns>False where there is no such client.</returns>
    [Alias("RedefineAsync"), Idempotent]
    Task<bool> RedefineAsync(ClientDefinition definition);

    /// <summary>Refuses the client everywhere, which ends all its tokens with the same write, or lets it in again; ended tokens stay ended.</summary>
    /// <returns>False where there is no such client.</returns>
    [Alias("SetSuspendedAsync"), Idempotent]
    Task<bool> SetSuspendedAsync(bool suspended);

    /// <summary>Deletes the client, which ends all its tokens.</summary>
    /// <returns>False where there was none.</returns>
    [Alias("DeleteAsync"), Idempotent]
    Task<bool> DeleteAsync();
}
