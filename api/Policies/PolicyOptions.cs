using Microsoft.Extensions.Options;
using Platform.Grains.Scopes;

namespace Platform.Api.Policies;

/// <summary>What policies may rest on besides scopes.</summary>
internal sealed class PolicyOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Policies";

    /// <summary>What stands for every user in <see cref="Groups"/>.</summary>
    public const string Everyone = "*";

    /// <summary>
    /// Names that policies may use for groups, each with the path of the scope whose members are meant, or <c>*</c> for every user.
    /// Letter case does not matter in the names. Default: none.
    /// </summary>
    public IDictionary<string, string> Groups { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Refuses groups that nobody could be in, or that nobody could name.</summary>
internal sealed class PolicyOptionsValidation : IValidateOptions<PolicyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        var failures = new List<string>();
        foreach (var (group, value) in options.Groups)
        {
            if (!GroupName.IsValid(group))
            {
                failures.Add($"{PolicyOptions.Section}:Groups holds '{group}'; {GroupName.Grammar}.");
            }

            if (value != PolicyOptions.Everyone && !ScopePath.TryParse(value, out _))
            {
                failures.Add($"{PolicyOptions.Section}:Groups:{group} is '{value}'; it has to be a scope's path, or * for every user; {ScopePath.Grammar}.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

/// <summary>The grammar of the names that an operator gives to groups. They stand in headers and in distinguished names.</summary>
internal static class GroupName
{
    /// <summary>The grammar in words, for error messages.</summary>
    public const string Grammar = "a group's name has 1 to 64 letters (a to z), digits, '.', '_' and '-'";

    /// <summary>Whether a name follows the grammar.</summary>
    public static bool IsValid(string name) =>
        name.Length is >= 1 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
