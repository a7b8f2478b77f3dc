using Platform.Grains.Cluster;

namespace Platform.Grains.OAuth.Clients;

/// <inheritdoc cref="IClientGrain"/>
[GrainType("oauth-client")]
internal sealed class ClientGrain(
    [PersistentState(StateNames.Client, StateNames.Storage)] IPersistentState<ClientState> stored,
    TimeProvider time) : StatefulGrain<ClientState>(StateNames.Client, stored), IClientGrain
{
    public Task<ClientSnapshot?> FindAsync() => Task.FromResult(Exists ? State.ToSnapshot(ClientId.FromGrainKey(Key)) : null);

    public async Task<bool> RegisterAsync(ClientDefinition definition)
    {
        if (Exists)
        {
            return State.Origin == ClientOrigin.Registered && ClientChanges.Same(State.Definition, ClientDefinitionState.From(definition));
        }

        await WriteAsync(ClientChanges.Make(definition, ClientOrigin.Registered, time.GetUtcNow()));
        return true;
    }

    public async Task<bool> RedefineAsync(ClientDefinition definition)
    {
        if (!Exists)
        {
            return false;
        }

        var next = ClientChanges.Redefine(State, definition, time.GetUtcNow());
        if (!ClientChanges.Same(State.Definition, next.Definition))
        {
            await WriteAsync(next);
        }

        return true;
    }

    public async Task<bool> SetSuspendedAsync(bool suspended)
    {
        if (!Exists)
        {
            return false;
        }

        if (State.Suspended != suspended)
        {
            await WriteAsync(ClientChanges.SetSuspended(State, suspended));
        }

        return true;
    }

    public async Task<bool> DeleteAsync()
    {
        if (!Exists)
        {
            return false;
        }

        await DeleteRowAsync();
        return true;
    }
}
