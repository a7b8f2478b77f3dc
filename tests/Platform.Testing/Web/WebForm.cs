using System.Net;
using System.Text.RegularExpressions;

namespace Platform.Testing.Web;

/// <summary>A form of a page, with what a browser would send of it.</summary>
/// <param name="Action">Where it goes, as written.</param>
/// <param name="Method"><c>GET</c> or <c>POST</c>.</param>
/// <param name="Fields">Its inputs with the values they have now.</param>
/// <param name="Buttons">Its buttons.</param>
public sealed partial record WebForm(string Action, string Method, IReadOnlyList<WebField> Fields, IReadOnlyList<WebButton> Buttons)
{
    /// <summary>Whether it asks for a password.</summary>
    public bool AsksForPassword => Fields.Any(input => input.Type == "password");

    /// <summary>The forms of a page.</summary>
    public static IReadOnlyList<WebForm> Read(string html) => [.. FormTag().Matches(html).Select(form => ReadOne(form.Groups["attributes"].Value, form.Groups["body"].Value))];

    /// <summary>The button whose text contains a word; null: there is none.</summary>
    public WebButton? Find(string button) => Buttons.FirstOrDefault(candidate => candidate.Text.Contains(button, StringComparison.OrdinalIgnoreCase));

    private static WebForm ReadOne(string attributes, string body) => new(
        Attribute(attributes, "action") ?? "",
        (Attribute(attributes, "method") ?? "GET").ToUpperInvariant(),
        [.. InputTag().Matches(body)
            .Select(input => input.Groups["attributes"].Value)
            .Where(input => Attribute(input, "name") is not null && IsSent(input))
            .Select(input => new WebField(Attribute(input, "name")!, Attribute(input, "value") ?? "", Attribute(input, "type") ?? "text"))],
        [.. ButtonTag().Matches(body).Select(button => new WebButton(
            WebUtility.HtmlDecode(AnyTag().Replace(button.Groups["text"].Value, "")).Trim(),
            Attribute(button.Groups["attributes"].Value, "name"),
            Attribute(button.Groups["attributes"].Value, "value") ?? "",
            Attribute(button.Groups["attributes"].Value, "formaction")))]);

    private static bool IsSent(string input) =>
        Attribute(input, "type") is not ("checkbox" or "radio") || CheckedAttribute().IsMatch(input);

    private static string? Attribute(string attributes, string name) =>
        AttributePair().Matches(attributes).FirstOrDefault(pair => pair.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? WebUtility.HtmlDecode(found.Groups["value"].Value)
            : null;

    [GeneratedRegex("<form(?<attributes>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex FormTag();

    [GeneratedRegex("<input(?<attributes>[^>]*)>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex InputTag();

    [GeneratedRegex("<button(?<attributes>[^>]*)>(?<text>.*?)</button>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex ButtonTag();

    [GeneratedRegex("""(?<name>[\w-]+)\s*=\s*"(?<value>[^"]*)"|(?<name>[\w-]+)\s*=\s*'(?<value>[^']*)'""")]
    private static partial Regex AttributePair();

    [GeneratedRegex(@"\schecked(\s|=|/|$)", RegexOptions.IgnoreCase)]
    private static partial Regex CheckedAttribute();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex AnyTag();
}

/// <summary>An input of a form.</summary>
public sealed record WebField(string Name, string Value, string Type);

/// <summary>A button of a form.</summary>
/// <param name="Text">What a person reads on it.</param>
/// <param name="Name">What it is sent as; null: not.</param>
/// <param name="Value">What is sent.</param>
/// <param name="Action">Where it goes instead of where the form goes; null: there.</param>
public sealed record WebButton(string Text, string? Name, string Value, string? Action);
