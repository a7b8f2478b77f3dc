using Platform.Api.Scopes.Import;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.OpenTox;

/// <summary>How a configuration file is to be taken.</summary>
/// <param name="Hosts">Real hosts by the names that stand for them in the file, such as <c>SERVER</c>.</param>
/// <param name="TakeDisabled">Whether a filter that the file turns off is taken as such, and everything let through.</param>
internal sealed record OpenToxTerms(IReadOnlyDictionary<string, string> Hosts, bool TakeDisabled);

/// <summary>The configuration of an OpenTox service's filter (contracts/opentox-opensso.md, "The filter before every request"), read as a policy set.</summary>
/// <param name="Set">What it says, as far as it could be read.</param>
/// <param name="Errors">What keeps it from being stored, in the order of the file.</param>
/// <param name="Warnings">What has no effect, in the order of the file.</param>
internal sealed record OpenToxFile(PolicySet Set, IReadOnlyList<ImportProblem> Errors, IReadOnlyList<ImportProblem> Warnings)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a file; all that is wrong with it is in the problems.</summary>
    internal static OpenToxFile Read(ReadOnlySpan<byte> content, OpenToxTerms terms)
    {
        if (content.Length > MaxBytes)
        {
            return Unreadable("the file is larger than 1 MB", 1, 1);
        }

        try
        {
            var reader = new OpenToxReader(terms);
            var set = reader.Read(RubyYaml.Read(ImportText.Decode(content)));
            var found = PolicyValidation.FindProblems(set).ToLookup(problem => problem.Severity, problem => new ImportProblem(reader.PlaceOf(problem.Rule), problem.Message));
            return new OpenToxFile(set, InOrder(reader.Problems.Concat(found[ProblemSeverity.Error])), InOrder(found[ProblemSeverity.Warning]));
        }
        catch (ImportSyntaxException e)
        {
            return Unreadable(e.Message, e.Line, e.Column);
        }
    }

    private static IReadOnlyList<ImportProblem> InOrder(IEnumerable<ImportProblem> problems) =>
        [.. problems.OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column)];

    private static OpenToxFile Unreadable(string message, int line, int column) =>
        new(new PolicySet(), [new ImportProblem(new ImportPlace("", line, column), message)], []);
}
