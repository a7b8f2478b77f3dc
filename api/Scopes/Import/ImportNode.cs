namespace Platform.Api.Scopes.Import;

/// <summary>A piece of a JSON or YAML file that knows where it stands.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
internal abstract record ImportNode(int Line, int Column)
{
    /// <summary>How deep lists and objects may nest; the schema itself needs four levels.</summary>
    internal const int MaxDepth = 16;

    /// <summary>What a message calls it.</summary>
    internal abstract string What { get; }
}

/// <summary>A value that is neither a list nor an object.</summary>
/// <param name="Text">As it reads; empty for null.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
internal sealed record ScalarNode(string Text, ScalarKind Kind, int Line, int Column) : ImportNode(Line, Column)
{
    internal override string What => Kind switch
    {
        ScalarKind.Null => "nothing",
        ScalarKind.Text => "text",
        _ => $"'{(Text.Length > 40 ? Text[..40] + "…" : Text)}'",
    };
}

/// <summary>What a scalar is.</summary>
internal enum ScalarKind
{
    /// <summary>Null.</summary>
    Null,

    /// <summary>Text in quotes, or a block of it.</summary>
    Text,

    /// <summary>YAML without quotes: text where text is wanted, a truth value where that is wanted.</summary>
    Plain,

    /// <summary>A JSON number or truth value.</summary>
    Literal,
}

/// <summary>A list.</summary>
internal sealed record ListNode(IReadOnlyList<ImportNode> Items, int Line, int Column) : ImportNode(Line, Column)
{
    internal override string What => "a list";
}

/// <summary>An object; its keys are as they stand, doubled ones included.</summary>
internal sealed record MapNode(IReadOnlyList<KeyValuePair<ScalarNode, ImportNode>> Members, int Line, int Column) : ImportNode(Line, Column)
{
    internal override string What => "an object";
}

/// <summary>A file that is not JSON or YAML at all; nothing after this place was read.</summary>
internal sealed class ImportSyntaxException(string message, int line, int column) : Exception(message)
{
    internal int Line { get; } = line;

    internal int Column { get; } = column;
}
