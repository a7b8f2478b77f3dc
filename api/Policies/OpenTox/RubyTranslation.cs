using System.Globalization;
using System.Text;

namespace Platform.Api.Policies.OpenTox;

/// <summary>One run of the translation, from left to right.</summary>
internal sealed class RubyTranslation(string source)
{
    private readonly StringBuilder _pattern = new(source.Length + 16);
    private readonly StringBuilder _literal = new();
    private readonly StringBuilder _host = new();
    private int _at;
    private bool _inHost;

    /// <summary>The host behind <c>://</c>, where the pattern names one in plain characters; null otherwise.</summary>
    public string? Host => _host.Length == 0 ? null : _host.ToString();

    /// <summary>Translates.</summary>
    /// <exception cref="RubySyntaxException">It cannot be.</exception>
    public string Translate()
    {
        while (_at < source.Length)
        {
            var character = source[_at++];
            switch (character)
            {
                case '\\':
                    TakeEscape();
                    break;
                case '[':
                    Other(new RubyCharacterClass(source, _at).Translate(out _at));
                    break;
                case '(':
                    TakeGroup();
                    break;
                case '{':
                    TakeBrace();
                    break;
                case '*' or '+' or '?':
                    Other(character.ToString());
                    TakeQuantifierEnd(lazy: true);
                    break;
                case '.' or '^' or '$' or '|' or ')':
                    Other(character.ToString());
                    break;
                default:
                    Literal(character);
                    break;
            }
        }

        return _pattern.ToString();
    }

    /// <summary>A character that stands for itself. Hosts are lower case in URLs that were normalised.</summary>
    private void Literal(char character)
    {
        _inHost = _inHost && (char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or ':' or '_');
        if (_inHost)
        {
            character = char.ToLowerInvariant(character);
            _host.Append(character);
        }

        _literal.Append(character);
        _inHost = _inHost || (_host.Length == 0 && _literal.ToString().EndsWith("://", StringComparison.Ordinal));
        if (character is '\\' or '[' or ']' or '(' or ')' or '{' or '}' or '*' or '+' or '?' or '.' or '^' or '$' or '|' or '#' or ' ')
        {
            _pattern.Append('\\');
        }

        _pattern.Append(character);
    }

    private void Other(string pattern)
    {
        _inHost = false;
        _literal.Clear();
        _pattern.Append(pattern);
    }

    private void TakeEscape()
    {
        var escaped = _at < source.Length ? source[_at++] : throw new RubySyntaxException("it ends in a backslash");
        if (RubyEscapes.FindSet(escaped) is { } set)
        {
            Other(char.IsAsciiLetterLower(escaped) ? $"[{set}]" : $"[^{set}]");
        }
        else if (RubyEscapes.TryRead(source, escaped, ref _at, out var character))
        {
            Literal(character);
        }
        else
        {
            Other(escaped switch
            {
                'A' => @"\A",
                'z' => @"\z",
                'Z' => @"\Z",
                'b' => @"\b",
                'B' => @"\B",
                _ => throw new RubySyntaxException($"'\\{escaped}' is not taken"),
            });
        }
    }

    private void TakeGroup()
    {
        if (_at >= source.Length || source[_at] != '?')
        {
            // Nobody asks what was captured.
            Other("(?:");
            return;
        }

        _at++;
        if (Takes(":"))
        {
            Other("(?:");
        }
        else if (Takes("<") && _at < source.Length && source[_at] is not ('=' or '!') && source.IndexOf('>', _at) is var nameEnd and >= 0)
        {
            _at = nameEnd + 1;
            Other("(?:");
        }
        else
        {
            var end = source.AsSpan(_at).IndexOfAnyExcept("im-");
            var options = end < 0 ? "" : source.Substring(_at, end);
            if (options.Length == 0 || source[_at + end] is not (':' or ')'))
            {
                throw new RubySyntaxException("groups that look around, or are atomic, conditional or of other options than i and m, are not taken");
            }

            _at += end + 1;
            Other($"(?{options.Replace('m', 's')}{source[_at - 1]}");
        }
    }

    private void TakeBrace()
    {
        var end = source.IndexOf('}', _at);
        var bounds = end < 0 ? [] : source[_at..end].Split(',');
        var isInterval = bounds is [{ Length: > 0 }] or [_, _] && bounds.Any(bound => bound.Length > 0) && bounds.All(bound => bound.All(char.IsAsciiDigit));
        if (!isInterval)
        {
            Literal('{');
            return;
        }

        _at = end + 1;
        Other(bounds is [var lower, var upper] ? $"{{{(lower.Length == 0 ? "0" : lower)},{upper}}}" : $"{{{bounds[0]}}}");
        TakeQuantifierEnd(lazy: bounds.Length == 2);
    }

    /// <summary>A question mark makes a quantifier lazy; a plus makes it possessive there, and a mistake here.</summary>
    private void TakeQuantifierEnd(bool lazy)
    {
        if (_at < source.Length && source[_at] == '?' && lazy)
        {
            _pattern.Append('?');
            _at++;
        }

        if (_at < source.Length && source[_at] is '*' or '+' or '?')
        {
            throw new RubySyntaxException("possessive and doubled quantifiers are not taken");
        }
    }

    private bool Takes(string text)
    {
        if (string.CompareOrdinal(source, _at, text, 0, text.Length) != 0)
        {
            return false;
        }

        _at += text.Length;
        return true;
    }
}

/// <summary>What stands behind a backslash.</summary>
internal static class RubyEscapes
{
    /// <summary>The characters that a letter such as <c>d</c> stands for, as they stand in a character class; null: it is no such letter. ASCII alone, as in Ruby.</summary>
    public static string? FindSet(char escaped) => char.ToLowerInvariant(escaped) switch
    {
        'd' => "0-9",
        'w' => "a-zA-Z0-9_",
        's' => @" \t\r\n\f\v",
        'h' => "0-9a-fA-F",
        _ => null,
    };

    /// <summary>Reads an escape that stands for one character.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="escaped">The character behind the backslash.</param>
    /// <param name="at">What is behind that; moved on where more belongs to it.</param>
    /// <param name="character">The character.</param>
    /// <returns>False where it stands for something else, or for nothing that is taken.</returns>
    public static bool TryRead(string source, char escaped, ref int at, out char character)
    {
        character = escaped switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', 'v' => '\v', 'a' => '\a', 'e' => '\e', _ => escaped };
        if (character != escaped || !char.IsAsciiLetterOrDigit(escaped))
        {
            return true;
        }

        var length = escaped switch { 'x' => 2, 'u' => 4, _ => 0 };
        if (length == 0
            || at + length > source.Length
            || !ushort.TryParse(source.AsSpan(at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        at += length;
        character = (char)code;
        return true;
    }
}
