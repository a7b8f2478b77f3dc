namespace Platform.Policies.Rules;

/// <summary>Which paths, or URLs, a rule speaks of.</summary>
/// <param name="Kind">How the text is read.</param>
/// <param name="Text">The text; empty for <see cref="PathPatternKind.Any"/>.</param>
public sealed record PathPattern(PathPatternKind Kind, string Text)
{
    /// <summary>All paths.</summary>
    public static PathPattern Any { get; } = new(PathPatternKind.Any, "");
}

/// <summary>How a <see cref="PathPattern"/> is read.</summary>
public enum PathPatternKind
{
    /// <summary>All paths.</summary>
    Any,

    /// <summary>One path, such as <c>/model</c>.</summary>
    Exact,

    /// <summary>
    /// Segments: <c>:name</c> takes any one and names it, <c>*</c> any one, <c>**</c> at the end the rest, which may be nothing.
    /// </summary>
    Template,

    /// <summary>A regular expression (.NET's, non-backtracking, at most 1,000 characters) that is looked for anywhere in the path unless it is anchored.</summary>
    Regex,

    /// <summary>One URL, such as <c>http://host/model</c>.</summary>
    Url,

    /// <summary>A regular expression, as <see cref="Regex"/>, that is looked for in the URL.</summary>
    UrlRegex,
}
