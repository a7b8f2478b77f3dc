using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>The formats of a file of scopes and memberships; the schema is the same.</summary>
internal enum ScopeFileFormat
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,
}

/// <summary>A file of scopes and memberships, read.</summary>
/// <param name="Content">What it says, as far as it could be read.</param>
/// <param name="Problems">What is wrong with it.</param>
internal sealed record ScopeFile(ScopeImport Content, IReadOnlyList<ImportProblem> Problems)
{
    /// <summary>The largest file, in bytes.</summary>
    internal const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Reads a file; all that is wrong with it is in the problems.</summary>
    /// <param name="content">The file.</param>
    /// <param name="format">Its format; null: told from its first character, a bracket or brace being JSON.</param>
    internal static ScopeFile Read(ReadOnlyMemory<byte> content, ScopeFileFormat? format)
    {
        if (content.Length > MaxBytes)
        {
            return Unreadable("the file is larger than 64 MB", 1, 1);
        }

        try
        {
            return new ScopeFileReader().Read(ImportText.Read(content.Span, format));
        }
        catch (ImportSyntaxException e)
        {
            return Unreadable(e.Message, e.Line, e.Column);
        }
    }

    private static ScopeFile Unreadable(string message, int line, int column) =>
        new(new ScopeImport([], []), [new ImportProblem(new ImportPlace("", line, column), message)]);
}
