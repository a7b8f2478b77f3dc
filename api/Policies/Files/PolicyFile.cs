using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Grains.Policies;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Files;

/// <summary>A file of rules, read and checked (docs/policies.md).</summary>
/// <param name="Set">What it says, as far as it could be read.</param>
/// <param name="Errors">What keeps it from being stored, all of it, in the order of the file.</param>
/// <param name="Warnings">What has no effect, or not the one that it seems to have, in the order of the file.</param>
internal sealed record PolicyFile(PolicySet Set, IReadOnlyList<ImportProblem> Errors, IReadOnlyList<ImportProblem> Warnings)
{
    /// <summary>The largest file, in bytes.</summary>
    internal const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads a file; all that is wrong with it is in the problems.</summary>
    /// <param name="content">The file.</param>
    /// <param name="format">Its format; null: told from its first character, a bracket or brace being JSON.</param>
    /// <param name="service">Whose rules these are to be.</param>
    /// <param name="groups">The groups that rules may name.</param>
    internal static PolicyFile Read(ReadOnlySpan<byte> content, ScopeFileFormat? format, ServiceName service, PolicyGroups groups)
    {
        if (content.Length > MaxBytes)
        {
            return Unreadable("the file is larger than 8 MB", 1, 1);
        }

        try
        {
            return Of(ImportText.Read(content, format), service, groups);
        }
        catch (ImportSyntaxException e)
        {
            return Unreadable(e.Message, e.Line, e.Column);
        }
    }

    /// <summary>Reads a set that is a part of a file.</summary>
    internal static PolicyFile Of(ImportNode node, ServiceName service, PolicyGroups groups)
    {
        var reader = new PolicyFileReader();
        var set = reader.Read(node);
        var found = PolicyValidation.FindProblems(set).Concat(PolicySetting.FindProblems(set, service, groups)).ToLookup(problem => problem.Severity);
        return new PolicyFile(
            set,
            InOrder(reader.Problems.Concat(found[ProblemSeverity.Error].Select(Placed))),
            InOrder(found[ProblemSeverity.Warning].Select(Placed)));

        ImportProblem Placed(PolicyProblem problem) => new(reader.PlaceOf(problem.Rule, problem.Member), problem.Message);
    }

    private static IReadOnlyList<ImportProblem> InOrder(IEnumerable<ImportProblem> problems) =>
        [.. problems.OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column)];

    private static PolicyFile Unreadable(string message, int line, int column) =>
        new(new PolicySet(), [new ImportProblem(new ImportPlace("", line, column), message)], []);
}
