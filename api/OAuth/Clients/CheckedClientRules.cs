using Platform.Grains.Administration.Clients;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Clients;

/// <inheritdoc cref="IClientRules"/>
internal sealed class CheckedClientRules : IClientRules
{
    /// <inheritdoc/>
    public ClientProblem? FindProblem(ClientDefinition client) =>
        ClientRules.FindFaults(client).FirstOrDefault() is { } fault ? new ClientProblem(fault.Member, fault.Message) : null;
}
