using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Platform.Api.Scim.Filters;

/// <summary>
/// Reads filters and PATCH paths by the grammar of RFC 7644 §3.4.2.2 and §3.5.2: <c>or</c> binds least, then <c>and</c>, then <c>not (…)</c>.
/// What is too long or nested too deeply is refused, so that no filter costs more than its length.
/// </summary>
internal sealed class ScimFilterParser
{
    /// <summary>The longest filter, in characters.</summary>
    public const int MaxLength = 4096;

    private const int MaxDepth = 32;

    private static readonly Dictionary<string, ScimOperator> Operators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["eq"] = ScimOperator.Equal,
        ["ne"] = ScimOperator.NotEqual,
        ["co"] = ScimOperator.Contains,
        ["sw"] = ScimOperator.StartsWith,
        ["ew"] = ScimOperator.EndsWith,
        ["gt"] = ScimOperator.Greater,
        ["ge"] = ScimOperator.GreaterOrEqual,
        ["lt"] = ScimOperator.Less,
        ["le"] = ScimOperator.LessOrEqual,
        ["pr"] = ScimOperator.Present,
    };

    private readonly string _text;
    private int _at;
    private int _depth;
    private string? _fault;

    private ScimFilterParser(string text) => _text = text;

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="filter">What it says.</param>
    /// <param name="fault">What is wrong with it and where, in words.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ScimFilter? filter, [NotNullWhen(false)] out string? fault)
    {
        var parser = new ScimFilterParser(text);
        filter = parser.Begin() ? parser.Or(inside: false) : null;
        return parser.End(ref filter, out fault);
    }

    /// <summary>Reads the path of a PATCH operation.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">What it says.</param>
    /// <param name="fault">What is wrong with it and where, in words.</param>
    public static bool TryParsePath(string text, [NotNullWhen(true)] out ScimPath? path, [NotNullWhen(false)] out string? fault)
    {
        var parser = new ScimFilterParser(text);
        path = parser.Begin() ? parser.Path() : null;
        return parser.End(ref path, out fault);
    }

    /// <summary>Reads the name of an attribute, as <c>attributes</c> and <c>excludedAttributes</c> list them.</summary>
    public static bool TryParseAttribute(string text, [NotNullWhen(true)] out ScimAttribute? attribute)
    {
        var parser = new ScimFilterParser(text);
        attribute = parser.Begin() ? parser.Attribute(inside: false) : null;
        return parser.End(ref attribute, out _);
    }

    private bool Begin() => _text.Length <= MaxLength || Fail($"it is longer than {MaxLength} characters");

    private bool End<T>(ref T? parsed, [NotNullWhen(false)] out string? fault)
        where T : class
    {
        if (parsed is not null)
        {
            SkipBlanks();
            if (_at < _text.Length)
            {
                Fail("nothing more was expected");
            }
        }

        parsed = _fault is null ? parsed : null;
        fault = _fault;
        return parsed is not null;
    }

    private ScimFilter? Or(bool inside)
    {
        if (++_depth > MaxDepth)
        {
            return Fail<ScimFilter>($"it is nested more than {MaxDepth} deep");
        }

        var left = And(inside);
        while (left is not null && TryWord("or"))
        {
            left = And(inside) is { } right ? new OrFilter(left, right) : null;
        }

        _depth--;
        return left;
    }

    private ScimFilter? And(bool inside)
    {
        var left = Term(inside);
        while (left is not null && TryWord("and"))
        {
            left = Term(inside) is { } right ? new AndFilter(left, right) : null;
        }

        return left;
    }

    private ScimFilter? Term(bool inside)
    {
        SkipBlanks();
        if (TryNot())
        {
            return Group(inside) is { } inner ? new NotFilter(inner) : null;
        }

        return Peek() == '(' ? Group(inside) : Comparison(inside);
    }

    private ScimFilter? Group(bool inside)
    {
        SkipBlanks();
        if (!TryTake('('))
        {
            return Fail<ScimFilter>("'(' was expected");
        }

        var filter = Or(inside);
        SkipBlanks();
        return filter is null ? null : TryTake(')') ? filter : Fail<ScimFilter>("')' was expected");
    }

    private ScimFilter? Comparison(bool inside)
    {
        if (Attribute(inside) is not { } attribute)
        {
            return null;
        }

        if (!inside && Peek() == '[')
        {
            return Values() is { } inner ? new ValueFilter(attribute, inner) : null;
        }

        if (!TryBlank() || Word() is not { } word || !Operators.TryGetValue(word, out var comparison))
        {
            return Fail<ScimFilter>("a blank and one of eq, ne, co, sw, ew, gt, ge, lt, le, pr was expected");
        }

        if (comparison == ScimOperator.Present)
        {
            return new ComparisonFilter(attribute, comparison, default);
        }

        if (!TryBlank())
        {
            return Fail<ScimFilter>("a blank and a value was expected");
        }

        return Value() is not { } value ? null
            : Allows(comparison, value.ValueKind) ? new ComparisonFilter(attribute, comparison, value)
            : Fail<ScimFilter>($"'{word.ToLowerInvariant()}' does not compare with this kind of value");
    }

    private ScimFilter? Values()
    {
        TryTake('[');
        var inner = Or(inside: true);
        SkipBlanks();
        return inner is null ? null : TryTake(']') ? inner : Fail<ScimFilter>("']' was expected");
    }

    private ScimPath? Path()
    {
        if (Attribute(inside: false) is not { } attribute)
        {
            return null;
        }

        if (Peek() != '[')
        {
            return new ScimPath(attribute, null, null);
        }

        if (attribute.Sub is not null)
        {
            return Fail<ScimPath>("a sub-attribute has no values to pick from");
        }

        if (Values() is not { } values)
        {
            return null;
        }

        return !TryTake('.') ? new ScimPath(attribute, values, null)
            : Name() is { } sub ? new ScimPath(attribute, values, sub)
            : Fail<ScimPath>("the name of a sub-attribute was expected");
    }

    /// <summary><c>[URI ":"] ATTRNAME ["." ATTRNAME]</c>; the URI ends at the last colon, and its own dots are no sub-attributes.</summary>
    private ScimAttribute? Attribute(bool inside)
    {
        SkipBlanks();
        string? schema = null;
        if (!inside && _text.AsSpan(_at).StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
        {
            var end = _at;
            while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is ':' or '.' or '-' or '_'))
            {
                end++;
            }

            var colon = _text.LastIndexOf(':', end - 1);
            schema = _text[_at..colon];
            _at = colon + 1;
        }

        if (Name() is not { } name)
        {
            return Fail<ScimAttribute>("the name of an attribute was expected");
        }

        if (!TryTake('.'))
        {
            return new ScimAttribute(schema, name, null);
        }

        return Name() is { } sub ? new ScimAttribute(schema, name, sub) : Fail<ScimAttribute>("the name of a sub-attribute was expected");
    }

    /// <summary><c>ALPHA *("-" / "_" / DIGIT / ALPHA)</c>; and <c>$ref</c>, which RFC 7643 names so against its own grammar.</summary>
    private string? Name()
    {
        var start = _at;
        if (Peek() is '$' || char.IsAsciiLetter(Peek()))
        {
            _at++;
            while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '-' or '_')
            {
                _at++;
            }
        }

        return _at > start ? _text[start.._at] : null;
    }

    private string? Word()
    {
        var start = _at;
        while (char.IsAsciiLetter(Peek()))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : null;
    }

    /// <summary>A string, a number, <c>true</c>, <c>false</c> or <c>null</c> as JSON writes them (§3.4.2.2: <c>compValue</c>).</summary>
    private JsonElement? Value()
    {
        var start = _at;
        if (Peek() == '"')
        {
            _at++;
            while (_at < _text.Length && _text[_at] != '"')
            {
                _at += _text[_at] == '\\' ? 2 : 1;
            }

            _at = Math.Min(_at + 1, _text.Length);
        }
        else
        {
            while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '-' or '+' or '.')
            {
                _at++;
            }
        }

        try
        {
            using var document = JsonDocument.Parse(_text[start.._at]);
            var value = document.RootElement.Clone();
            if (value.ValueKind == JsonValueKind.String)
            {
                // Throws on a lone surrogate: that is no text.
                _ = value.GetString();
            }

            return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            _at = start;
            Fail("a value as JSON writes it was expected: \"text\", a number, true, false or null");
            return null;
        }
    }

    private static bool Allows(ScimOperator comparison, JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => true,
        JsonValueKind.Number => comparison is not (ScimOperator.Contains or ScimOperator.StartsWith or ScimOperator.EndsWith),
        _ => comparison is ScimOperator.Equal or ScimOperator.NotEqual,
    };

    private bool TryNot()
    {
        // "not" begins a name, too: it is the operator where a bracket follows.
        var start = _at;
        if (Word() is { } word && word.Equals("not", StringComparison.OrdinalIgnoreCase))
        {
            SkipBlanks();
            if (Peek() == '(')
            {
                return true;
            }
        }

        _at = start;
        return false;
    }

    private bool TryWord(string expected)
    {
        var start = _at;
        if (TryBlank() && Word() is { } word && word.Equals(expected, StringComparison.OrdinalIgnoreCase) && Peek() is ' ' or '(')
        {
            return true;
        }

        _at = start;
        return false;
    }

    private bool TryBlank()
    {
        var start = _at;
        SkipBlanks();
        return _at > start || (_at > 0 && _text[_at - 1] is ')' or ']');
    }

    private void SkipBlanks()
    {
        while (Peek() == ' ')
        {
            _at++;
        }
    }

    private bool TryTake(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private bool Fail(string what)
    {
        _fault ??= string.Create(CultureInfo.InvariantCulture, $"at character {Math.Min(_at, _text.Length) + 1}: {what}");
        return false;
    }

    private T? Fail<T>(string what)
        where T : class
    {
        Fail(what);
        return null;
    }
}
