using System.Text.Json;
using Platform.Api.Console;
using Platform.Api.Policies.Sets;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Policies.OpenTox;

/// <summary>The command <c>policy import-opentox</c>.</summary>
internal sealed class OpenToxImportCommand(PolicySetAdministration sets, IAuditLog audit)
{
    private readonly PolicyStore _store = new(sets, audit);

    internal async Task<int> RunAsync(OpenToxImportRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        if (!ServiceName.TryParse(request.Service, out var service) || service == ServiceName.Platform)
        {
            await output.WriteErrorLineAsync($"'{ConsoleText.Printable(request.Service)}' is not a service that this can be imported for: {ServiceName.Grammar}; 'platform' is the platform itself.");
            return ExitCode.Failed;
        }

        var file = OpenToxFile.Read(request.Content, new OpenToxTerms(request.Hosts, request.AcceptDisabled));
        var errors = file.Errors.ToList();
        PolicyChangeResult? change = null;
        if (errors.Count == 0 && !request.CheckOnly)
        {
            change = await _store.ReplaceAsync(service, file.Set, ChangeCondition.None, new PolicyAuthor(request.Actor, "console", null, "imported from an OpenTox configuration"));
            if (change.Outcome == PolicyChangeOutcome.HostTaken)
            {
                errors.Add(new ImportProblem(new ImportPlace("", 1, 1), $"the host '{change.TakenHost}' belongs to the service '{change.TakenBy}'"));
            }
        }

        if (request.Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(Describe(request, file, errors), JsonSerializerOptions.Web));
        }
        else
        {
            foreach (var problem in errors)
            {
                await output.WriteErrorLineAsync(ConsoleText.Printable(problem.ToString()));
            }

            foreach (var warning in file.Warnings)
            {
                await output.WriteErrorLineAsync("warning: " + ConsoleText.Printable(warning.ToString()));
            }

            await (errors.Count > 0
                ? output.WriteErrorLineAsync($"Nothing was imported: {errors.Count} problem{(errors.Count == 1 ? "" : "s")}.")
                : output.WriteLineAsync(Summarize(request, file, change)));
        }

        return errors.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string Summarize(OpenToxImportRequest request, OpenToxFile file, PolicyChangeResult? change)
    {
        var hosts = file.Set.Hosts.IsEmpty ? "" : $" at {string.Join(", ", file.Set.Hosts)}";
        return change?.Current is { } current
            ? $"Imported: {file.Set.Rules.Length} rules for the service '{request.Service}'{hosts}, revision {current.Number}."
            : $"Would import: {file.Set.Rules.Length} rules for the service '{request.Service}'{hosts}.";
    }

    private static object Describe(OpenToxImportRequest request, OpenToxFile file, List<ImportProblem> errors) => new
    {
        imported = errors.Count == 0 && !request.CheckOnly,
        service = request.Service,
        hosts = file.Set.Hosts,
        rules = file.Set.Rules.Length,
        problems = errors.Select(Place),
        warnings = file.Warnings.Select(Place),
    };

    private static object Place(ImportProblem problem) => new { problem.Place.Line, problem.Place.Column, problem.Place.Path, problem.Message };
}
