namespace Platform.Api.Policies.OpenTox;

/// <summary>A piece of a YAML file as Ruby programs write it: keys may be lists, and scalars may have types of Ruby.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal abstract record RubyNode(int Line, int Column)
{
    /// <summary>Whether it says nothing: no value, an empty text, or a list of such.</summary>
    internal virtual bool IsBlank => false;
}

/// <summary>A value that is neither a list nor a map.</summary>
/// <param name="Text">As it reads.</param>
/// <param name="Type">Its tag, such as <c>!ruby/regexp</c>; empty without one.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
internal sealed record RubyScalar(string Text, string Type, int Line, int Column) : RubyNode(Line, Column)
{
    /// <summary>The text, without the colon of a symbol.</summary>
    internal string Symbol => Text.StartsWith(':') ? Text[1..] : Text;

    internal override bool IsBlank => Text.Length == 0 || (Type.Length == 0 && Text is "~" or "null");
}

/// <summary>A list.</summary>
internal sealed record RubyList(IReadOnlyList<RubyNode> Items, int Line, int Column) : RubyNode(Line, Column)
{
    internal override bool IsBlank => Items.All(item => item.IsBlank);
}

/// <summary>A map.</summary>
internal sealed record RubyMap(IReadOnlyList<(RubyNode Key, RubyNode Value)> Members, int Line, int Column) : RubyNode(Line, Column);
