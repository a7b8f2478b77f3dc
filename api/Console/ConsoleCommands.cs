using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Platform.Api.Audit;
using Platform.Api.Console.Administration.Local;
using Platform.Api.Policies.OpenTox;
using Platform.Api.Policies.Sets;
using Platform.Api.Scopes.Import;
using Platform.Api.Users;
using Platform.Grains.Cluster;
using Platform.Storage;
using Platform.Storage.Sqlite;

namespace Platform.Api.Console;

/// <summary>Runs commands on the services of this process, whether they came from its own command line or over the control socket.</summary>
internal sealed class ConsoleCommands(IServiceProvider services)
{
    /// <summary>Runs a command. Returns its exit code; what is in the way is told in plain words.</summary>
    internal async Task<int> RunAsync(ConsoleRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        try
        {
            return await DispatchAsync(request, output, cancellationToken);
        }
        catch (Exception e) when (ConsoleFailures.Explain(e) is { } explanation)
        {
            await output.WriteErrorLineAsync(explanation);
            return ExitCode.Failed;
        }
    }

    private Task<int> DispatchAsync(ConsoleRequest request, IConsoleOutput output, CancellationToken cancellationToken) => request switch
    {
        ImportRequest import => Get<ImportCommand>().RunAsync(import, output, cancellationToken),
        OpenToxImportRequest import => Get<OpenToxImportCommand>().RunAsync(import, output, cancellationToken),
        ExportRequest export => Get<ExportCommand>().RunAsync(export, output, cancellationToken),
        AddUserRequest add => Get<UserCommands>().AddAsync(add, output, cancellationToken),
        SetUserDisabledRequest disable => Get<UserCommands>().SetDisabledAsync(disable, output, cancellationToken),
        SetPasswordRequest password => Get<UserCommands>().SetPasswordAsync(password, output, cancellationToken),
        ListPoliciesRequest list => Get<PolicyCommands>().ListAsync(list, output, cancellationToken),
        ShowPolicyRequest show => Get<PolicyCommands>().ShowAsync(show, output, cancellationToken),
        PutPolicyRequest put => Get<PolicyCommands>().PutAsync(put, output, cancellationToken),
        PolicyHistoryRequest history => Get<PolicyCommands>().ListRevisionsAsync(history, output, cancellationToken),
        RollBackPolicyRequest back => Get<PolicyCommands>().RollBackAsync(back, output, cancellationToken),
        RemovePolicyRequest remove => Get<PolicyCommands>().RemoveAsync(remove, output, cancellationToken),
        AuditRequest audit => Get<AuditCommands>().ListAsync(audit, output, cancellationToken),
        VerifyAuditRequest verify => Get<AuditCommands>().VerifyAsync(verify, output, cancellationToken),
        AdminRequest admin => new AdminRequests(new AdminDispatcher(services)).RunAsync(admin, output, cancellationToken),
        _ => throw new ArgumentException($"There is no command for {request.GetType().Name}.", nameof(request)),
    };

    private T Get<T>() => ActivatorUtilities.GetServiceOrCreateInstance<T>(services);
}

/// <summary>What an operator reads where a command, or the server's start, ends in an exception.</summary>
internal static class ConsoleFailures
{
    /// <summary>The explanation; null for what is a defect and keeps its stack trace.</summary>
    internal static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join('\n', invalid.Failures),
        AggregateException { InnerExceptions: var all } when all.All(e => e is OptionsValidationException) => string.Join('\n', all.Select(Explain)),
        StoreOwnedException owned => owned.Message,
        ConflictException conflict => conflict.Message,
        StorageUnavailableException => "The database does not answer. Whether the command took effect is not known; it can be repeated.",
        CryptographicException e => $"The key ring cannot be used: {e.Message}",
        IOException { InnerException: AddressInUseException } inUse => $"{inUse.Message.TrimEnd('.')}. Stop the process that listens there, or choose another address with --urls.",
        _ => null,
    };
}
