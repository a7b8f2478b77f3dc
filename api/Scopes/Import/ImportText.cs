using System.Text;

namespace Platform.Api.Scopes.Import;

/// <summary>Reads the text of a file, JSON or YAML in UTF-8, into nodes. Files of scopes and of policies begin so.</summary>
internal static class ImportText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="content">The file, with or without a byte-order mark.</param>
    /// <param name="format">Its format; null: told from its first character, a bracket or brace being JSON.</param>
    /// <exception cref="ImportSyntaxException">It is empty, not UTF-8, or neither JSON nor YAML.</exception>
    internal static ImportNode Read(ReadOnlySpan<byte> content, ScopeFileFormat? format)
    {
        var utf8 = WithoutMark(content);
        var text = Decode(utf8);
        var first = text.AsSpan().TrimStart();
        if (first.IsEmpty)
        {
            throw new ImportSyntaxException("the file is empty", 1, 1);
        }

        return (format ?? (first[0] is '[' or '{' ? ScopeFileFormat.Json : ScopeFileFormat.Yaml)) == ScopeFileFormat.Json
            ? JsonNodes.Read(utf8)
            : YamlNodes.Read(text);
    }

    /// <summary>The text of a file in UTF-8.</summary>
    /// <exception cref="ImportSyntaxException">It is something else.</exception>
    internal static string Decode(ReadOnlySpan<byte> content)
    {
        var bytes = WithoutMark(content);
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

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> content) =>
        content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
}
