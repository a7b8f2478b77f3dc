using System.CommandLine;
using System.Globalization;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Console.Administration;

/// <summary>Arguments and options that several commands of the administration have.</summary>
internal static class AdminArguments
{
    /// <summary>A scope, by its path.</summary>
    public static Argument<string> Scope(string name = "SCOPE", string description = "The scope's path, such as /infra/VO/VRE.") => new(name)
    {
        Description = description,
        CustomParser = result => ReadScope(result.Tokens.Single().Value, result.AddError),
    };

    /// <summary>A scope, by its path, where a command is limited to one.</summary>
    public static Option<string?> ScopeOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => ReadScope(result.Tokens.Single().Value, result.AddError),
    };

    /// <summary>A user.</summary>
    public static Argument<string> User() => new("USER") { Description = "A local user name, or directory:id." };

    /// <summary>An option with a text.</summary>
    public static Option<string?> Text(string name, string description) => new(name) { Description = description };

    /// <summary>An option that may be given several times.</summary>
    public static Option<string[]> Several(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    /// <summary>A time: a day, which begins at midnight UTC, or a time with its offset.</summary>
    public static Option<string?> Time(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || ImportTime.TryRead(text, out time))
            {
                return ImportTime.Write(time);
            }

            result.AddError($"'{text}' is neither a day such as 2027-06-30 nor a time such as 2027-06-30T22:00:00Z.");
            return null;
        },
    };

    /// <summary>The entity tag that a change rests on.</summary>
    public static Option<string?> IfMatch() => Text("--if-match", "Changes it only where it still has this entity tag, as 'show --json' and the header ETag say it.");

    /// <summary>The path of a scope's resource below <c>/admin/api</c>.</summary>
    public static string ScopePathOf(string scope, string rest = "") => $"/admin/api/scopes/{new ScopePath(scope).ToSegment()}{rest}";

    private static string? ReadScope(string text, Action<string> refuse)
    {
        if (ScopePath.TryParse(text, out _))
        {
            return text;
        }

        refuse($"'{ConsoleText.Printable(text)}' is no scope: {ScopePath.Grammar}.");
        return null;
    }
}
