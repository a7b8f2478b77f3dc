using System.Text.Json;
using Platform.Api.Console;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>The command <c>import</c>.</summary>
internal sealed class ImportCommand(ScopeImporter importer)
{
    /// <summary>How many problems are printed; a file that is wrong throughout needs no more to say so.</summary>
    private const int MaxProblems = 1000;

    internal async Task<int> RunAsync(ImportRequest request, IConsoleOutput output, CancellationToken cancellationToken)
    {
        var file = ScopeFile.Read(request.Content, request.Format);

        // What could be read is checked against the store even where the rest is wrong: all problems at once.
        var options = new ImportOptions(request.Actor, request.CheckOnly || file.Problems.Count > 0, request.UnseenUsers);
        var outcome = await importer.ImportAsync(file.Content, options, cancellationToken);
        var problems = file.Problems.Concat(outcome.Problems).OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column).ToList();
        if (request.Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(Describe(problems, outcome.Changes, request.CheckOnly), JsonSerializerOptions.Web));
        }
        else if (problems.Count > 0)
        {
            await WriteProblemsAsync(problems, output);
        }
        else
        {
            await output.WriteLineAsync(Summarize(file.Content, outcome.Changes, request.CheckOnly));
        }

        return problems.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task WriteProblemsAsync(IReadOnlyList<ImportProblem> problems, IConsoleOutput output)
    {
        await output.WriteErrorAsync(string.Concat(problems.Take(MaxProblems).Select(problem => ConsoleText.Printable(problem.ToString()) + "\n")));
        await output.WriteErrorLineAsync(problems.Count == 1
            ? "Nothing was imported: 1 problem."
            : $"Nothing was imported: {problems.Count} problems{(problems.Count > MaxProblems ? $", of which {MaxProblems} are shown" : "")}.");
    }

    private static string Summarize(ScopeImport content, IReadOnlyList<ImportChange> changes, bool checkOnly)
    {
        if (changes.Count == 0)
        {
            return $"Nothing to change: {content.Scopes.Count} scopes, {content.Clients.Count} clients and {content.Memberships.Count} memberships are as the file says.";
        }

        var clients = changes.Where(change => change.Client is not null).ToList();
        var scopes = changes.Where(change => change.User is null && change.Client is null).ToList();
        var memberships = changes.Where(change => change.User is not null).ToList();
        return $"{(checkOnly ? "Would import" : "Imported")}: scopes {Count(scopes)}; {(clients.Count == 0 ? "" : $"clients {Count(clients)}; ")}memberships {Count(memberships)}.";
    }

    private static string Count(IReadOnlyCollection<ImportChange> changes) =>
        $"{Count(changes, ImportChangeKind.Added)} added, {Count(changes, ImportChangeKind.Changed)} changed, {Count(changes, ImportChangeKind.Removed)} removed";

    private static int Count(IReadOnlyCollection<ImportChange> changes, ImportChangeKind kind) => changes.Count(change => change.Kind == kind);

    private static object Describe(List<ImportProblem> problems, IReadOnlyList<ImportChange> changes, bool checkOnly) => new
    {
        imported = problems.Count == 0 && !checkOnly,
        problems = problems.Select(problem => new { problem.Place.Line, problem.Place.Column, problem.Place.Path, problem.Message }),
        changes = (problems.Count > 0 ? [] : changes).Select(change => new
        {
            change = change.Kind.ToString().ToLowerInvariant(),
            scope = change.Scope.Value,
            client = change.Client?.Value,
            change.User,
            change.Detail,
        }),
    };
}
