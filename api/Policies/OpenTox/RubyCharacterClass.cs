using System.Text;

namespace Platform.Api.Policies.OpenTox;

/// <summary>Translates one character class, from behind its opening bracket.</summary>
internal sealed class RubyCharacterClass(string source, int start)
{
    private readonly StringBuilder _pattern = new("[");
    private int _at = start;

    /// <summary>Translates.</summary>
    /// <param name="end">What is behind the closing bracket.</param>
    /// <exception cref="RubySyntaxException">It cannot be.</exception>
    public string Translate(out int end)
    {
        if (Peek() == '^')
        {
            _at++;
            _pattern.Append('^');
        }

        if (Peek() == ']')
        {
            throw new RubySyntaxException("a character class is empty");
        }

        while (Peek() != ']')
        {
            if (TakeAtom() is not { } first || Peek() != '-' || _at + 1 >= source.Length || source[_at + 1] == ']')
            {
                continue;
            }

            _at++;
            TakeRange(first);
        }

        end = _at + 1;
        return _pattern.Append(']').ToString();
    }

    /// <summary>The end of a range whose first character was written already; a set behind the hyphen makes that a character of its own.</summary>
    private void TakeRange(char first)
    {
        var before = _pattern.Length;
        if (TakeAtom() is not { } last)
        {
            _pattern.Insert(before, "\\-");
            return;
        }

        if (last < first)
        {
            throw new RubySyntaxException("a range of a character class is the wrong way round");
        }

        _pattern.Insert(before, '-');
    }

    /// <summary>Writes one character, which is returned, or a set of them.</summary>
    private char? TakeAtom()
    {
        var character = Peek();
        _at++;
        switch (character)
        {
            case '[':
                TakePosixSet();
                return null;
            case '&' when _at < source.Length && source[_at] == '&':
                throw new RubySyntaxException("intersections of character classes are not taken");
            case '\\':
                return TakeEscape();
            default:
                return Write(character);
        }
    }

    private char? TakeEscape()
    {
        var escaped = Peek();
        _at++;
        if (RubyEscapes.FindSet(escaped) is { } set)
        {
            _pattern.Append(char.IsAsciiLetterLower(escaped) ? set : throw new RubySyntaxException($"'\\{escaped}' in a character class is not taken"));
            return null;
        }

        return escaped == 'b' ? Write('\b')
            : RubyEscapes.TryRead(source, escaped, ref _at, out var character) ? Write(character)
            : throw new RubySyntaxException($"'\\{escaped}' in a character class is not taken");
    }

    private void TakePosixSet()
    {
        var end = source.IndexOf(":]", _at, StringComparison.Ordinal);
        if (Peek() != ':' || end < 0)
        {
            throw new RubySyntaxException("character classes within character classes are not taken");
        }

        _pattern.Append(source[(_at + 1)..end] switch
        {
            "alpha" => @"\p{L}\p{M}",
            "digit" => @"\p{Nd}",
            "alnum" => @"\p{L}\p{M}\p{Nd}",
            "upper" => @"\p{Lu}",
            "lower" => @"\p{Ll}",
            "xdigit" => "0-9a-fA-F",
            "space" => @"\s",
            var name => throw new RubySyntaxException($"'[:{name}:]' is not taken"),
        });
        _at = end + 2;
    }

    private char Write(char character)
    {
        if (character is '\\' or '[' or ']' or '^' or '-')
        {
            _pattern.Append('\\');
        }

        _pattern.Append(character);
        return character;
    }

    private char Peek() => _at < source.Length ? source[_at] : throw new RubySyntaxException("a character class is not closed");
}
