using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Platform.Policies.Requests;

namespace Platform.Policies.Rules.Patterns;

/// <summary>A path or a template, read.</summary>
/// <param name="Segments">Its segments, without the <c>**</c> at the end.</param>
/// <param name="TakesRest">Whether a <c>**</c> stands at the end.</param>
internal sealed partial record PathTemplate(ImmutableArray<TemplateSegment> Segments, bool TakesRest)
{
    /// <summary>The segments that are given.</summary>
    public int Literals => Segments.Count(segment => segment.Literal is not null);

    /// <summary>Which segment a parameter names; null: none.</summary>
    public int? FindParameter(string name)
    {
        for (var index = 0; index < Segments.Length; index++)
        {
            if (Segments[index].Parameter == name)
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>The template for paths without their letter case.</summary>
    public PathTemplate IgnoringCase() =>
        this with { Segments = [.. Segments.Select(segment => segment with { Literal = segment.Literal is null ? null : LetterCase.Fold(segment.Literal) })] };

    /// <summary>Reads a path, or a template.</summary>
    /// <param name="text">The text. What is percent-encoded in it is decoded as in URLs.</param>
    /// <param name="isTemplate">Whether <c>:name</c>, <c>*</c> and <c>**</c> mean something.</param>
    /// <param name="template">What it says.</param>
    /// <param name="fault">What is wrong, in words.</param>
    public static bool TryParse(string text, bool isTemplate, [NotNullWhen(true)] out PathTemplate? template, [NotNullWhen(false)] out string? fault)
    {
        template = null;
        fault = FindFault(text);
        if (fault is not null)
        {
            return false;
        }

        var segments = ImmutableArray.CreateBuilder<TemplateSegment>();
        var takesRest = false;
        foreach (var segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (takesRest)
            {
                fault = "'**' stands at the end alone";
                return false;
            }

            if (isTemplate && segment == "**")
            {
                takesRest = true;
            }
            else if (!TryParseSegment(segment, isTemplate, segments, out fault))
            {
                return false;
            }
        }

        template = new PathTemplate(segments.ToImmutable(), takesRest);
        return true;
    }

    private static string? FindFault(string text) =>
        !text.StartsWith('/') ? "it has to begin with '/'"
        : text.AsSpan().ContainsAny("?#;") ? "it holds '?', '#' or ';', which no path does; where they are part of a name, write %3F, %23 or %3B"
        : null;

    private static bool TryParseSegment(
        string segment, bool isTemplate, ImmutableArray<TemplateSegment>.Builder segments, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        if (isTemplate && segment == "*")
        {
            segments.Add(new TemplateSegment(null, null));
            return true;
        }

        if (isTemplate && segment[0] == ':')
        {
            var name = segment[1..];
            if (!ParameterName().IsMatch(name) || segments.Any(other => other.Parameter == name))
            {
                fault = "a parameter is ':' and a name of letters, digits and '_', and stands in a template once; write %3A for a ':' that begins a name";
                return false;
            }

            segments.Add(new TemplateSegment(null, name));
            return true;
        }

        if (isTemplate && segment.Contains('*', StringComparison.Ordinal))
        {
            fault = "'*' stands for a whole segment; write %2A for a '*' in a name";
            return false;
        }

        if (!RequestUrl.TryReadPattern("/" + segment, out var literal, out fault))
        {
            return false;
        }

        segments.Add(new TemplateSegment(literal[1..], null));
        return true;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();
}

/// <summary>A segment of a template; neither a literal nor a parameter: <c>*</c>.</summary>
/// <param name="Literal">What it has to be; null: anything.</param>
/// <param name="Parameter">How it is named; null: not.</param>
internal readonly record struct TemplateSegment(string? Literal, string? Parameter);
