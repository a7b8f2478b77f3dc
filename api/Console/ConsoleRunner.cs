using Platform.Api.Console.Control;

namespace Platform.Api.Console;

/// <summary>Runs a command on the store: in this process, or in the server that has it open.</summary>
internal sealed class ConsoleRunner(ServerStart start, IConsoleOutput output)
{
    internal async Task<int> RunAsync(ConsoleRequest request, CancellationToken cancellationToken)
    {
        // Other commands sign, or check signatures.
        var signs = request is not (ExportRequest or AuditRequest or ListPoliciesRequest or ShowPolicyRequest or PolicyHistoryRequest);
        await using var store = await ConsoleStore.OpenAsync(start, signs, output, cancellationToken);
        return store switch
        {
            null => ExitCode.Failed,
            { ControlSocket: { } socket } => await ControlClient.RunAsync(socket, request, output, cancellationToken),
            _ => await new ConsoleCommands(store.Services!).RunAsync(request, output, cancellationToken),
        };
    }
}
