using Platform.Grains.Administration.Clients;
using Platform.Grains.Administration.Users;
using Platform.Grains.OAuth;

namespace Platform.Grains.Tests.Hosts;

/// <summary>Passwords that cost nothing; the real ones are the api's.</summary>
internal sealed class TestPasswords : IPasswords
{
    public string? FindFault(string password) => password.Length < 8 ? "It is short." : null;

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) => Task.FromResult($"$test${password}");

    public Task<bool> VerifyAsync(string password, string hash, CancellationToken cancellationToken) => Task.FromResult(hash == $"$test${password}");
}

/// <summary>Rules that every client follows but one without a name; the real ones are the api's.</summary>
internal sealed class TestClientRules : IClientRules
{
    public ClientProblem? FindProblem(ClientDefinition client) => client.Name.Length == 0 ? new ClientProblem("client_name", "it is missing") : null;
}
