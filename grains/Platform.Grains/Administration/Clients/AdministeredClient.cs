using System.Collections.Immutable;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Clients;

namespace Platform.Grains.Administration.Clients;

/// <summary>An OAuth client as administrators see it. Its snapshot holds the hashes of secrets, which go no further than the caller.</summary>
/// <param name="Client">The client.</param>
/// <param name="Tag">Its entity tag.</param>
public sealed record AdministeredClient(ClientSnapshot Client, string Tag)
{
    internal static AdministeredClient From(ClientId id, ClientState state) => new(state.ToSnapshot(id), EntityTag.Of(state));
}

/// <summary>A client that is to be made.</summary>
/// <param name="Id">Its id; null: one is made up.</param>
/// <param name="Definition">What it is; without secrets.</param>
/// <param name="Owners">The users who look after it.</param>
public sealed record NewClient(string? Id, ClientDefinition Definition, ImmutableArray<string> Owners);

/// <summary>A client with a secret that is shown this once.</summary>
/// <param name="Client">The client.</param>
/// <param name="Secret">The secret; null: it has none.</param>
public sealed record ClientWithSecret(AdministeredClient Client, string? Secret)
{
    /// <inheritdoc/>
    public override string ToString() => $"client {Client.Client.Id}";
}

/// <summary>What is to be changed of a client.</summary>
/// <param name="Edit">Makes the new definition of the present one; it leaves secrets alone.</param>
/// <param name="Owners">The users who look after it from now on; null: as before.</param>
public sealed record ClientChange(Func<ClientDefinition, ClientDefinition> Edit, ImmutableArray<string>? Owners = null);

/// <summary>What every client has to be like, whatever way it is described.</summary>
public interface IClientRules
{
    /// <summary>The first reason against a client; null: there is none.</summary>
    ClientProblem? FindProblem(ClientDefinition client);
}

/// <summary>A reason why a client cannot be as described.</summary>
/// <param name="Member">What is at fault, by its name in RFC 7591 or ours.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ClientProblem(string Member, string Message);
