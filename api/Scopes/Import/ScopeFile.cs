using System.Text;
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

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file; all that is wrong with it is in the problems.</summary>
    /// <param name="content">The file.</param>
    /// <param name="format">Its format; null: told from its first character, a bracket or brace being JSON.</param>
    internal static ScopeFile Read(ReadOnlyMemory<byte> content, ScopeFileFormat? format)
    {
        if (content.Length > MaxBytes)
        {
            return Unreadable("the file is larger than 64 MB", 1, 1);
        }

        var utf8 = content.Span.StartsWith(Encoding.UTF8.Preamble) ? content.Span[Encoding.UTF8.Preamble.Length..] : content.Span;
        try
        {
            var text = Decode(utf8);
            var first = text.AsSpan().TrimStart();
            if (first.IsEmpty)
            {
                return Unreadable("the file is empty", 1, 1);
            }

            var root = (format ?? (first[0] is '[' or '{' ? ScopeFileFormat.Json : ScopeFileFormat.Yaml)) == ScopeFileFormat.Json
                ? JsonNodes.Read(utf8)
                : YamlNodes.Read(text);
            return new ScopeFileReader().Read(root);
        }
        catch (ImportSyntaxException e)
        {
            return Unreadable(e.Message, e.Line, e.Column);
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.Unicode.Preamble) || bytes.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            throw new ImportSyntaxException("the file is in UTF-16; only UTF-8 is taken", 1, 1);
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var before = bytes[..Math.Max(0, e.Index)];
            var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
            throw new ImportSyntaxException("the bytes here are not UTF-8; only UTF-8 is taken", before.Count((byte)'\n') + 1, column);
        }
    }

    private static ScopeFile Unreadable(string message, int line, int column) =>
        new(new ScopeImport([], []), [new ImportProblem(new ImportPlace("", line, column), message)]);
}
