using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Platform.Api.Console;

/// <summary>
/// Takes settings off the command line: <c>--Section:Name=value</c> or <c>--Section:Name value</c>, and the few that have no section.
/// Whatever else begins with dashes has to be an option that exists, so that a mistyped one is not taken for a setting.
/// </summary>
internal static partial class SettingArguments
{
    private static readonly string[] WithoutSection = ["urls", "PublicUrl", "Realm"];

    /// <summary>The settings, and the arguments that are left.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="rest">The arguments that are no settings.</param>
    /// <param name="fault">What is wrong; null where nothing is.</param>
    internal static Dictionary<string, string?> Take(IReadOnlyList<string> arguments, out List<string> rest, out string? fault)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        rest = [];
        fault = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                rest.AddRange(arguments.Skip(i));
                break;
            }

            if (!TryName(arguments[i], out var name, out var value))
            {
                rest.Add(arguments[i]);
            }
            else if (value is not null || ++i < arguments.Count)
            {
                settings[name] = value ?? arguments[i];
            }
            else
            {
                fault = $"The setting --{name} has no value.";
            }
        }

        return settings;
    }

    private static bool TryName(string argument, [NotNullWhen(true)] out string? name, out string? value)
    {
        (name, value) = (null, null);
        var match = Form().Match(argument);
        if (!match.Success || !(match.Groups[1].Value.Contains(':', StringComparison.Ordinal) || WithoutSection.Contains(match.Groups[1].Value, StringComparer.OrdinalIgnoreCase)))
        {
            return false;
        }

        name = match.Groups[1].Value;
        value = match.Groups[2].Success ? match.Groups[3].Value : null;
        return true;
    }

    [GeneratedRegex("^--([A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9_.-]+)*)(=(.*))?$", RegexOptions.Singleline)]
    private static partial Regex Form();
}
