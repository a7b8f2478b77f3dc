using Microsoft.Extensions.Options;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;

namespace Platform.Api.Resources;

/// <summary>Who changes documents, how large they may be, and which scope counts where a request names none.</summary>
internal sealed class ResourceOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Resources";

    /// <summary>What a document's row has room for, whatever the setting.</summary>
    public const int LargestBytes = 4 * 1024 * 1024;

    /// <summary>The largest document in bytes, up to 4,194,304. Default: 262,144.</summary>
    public int MaxBytes { get; set; } = 256 * 1024;

    /// <summary>The scope of callers whose session or token says none, and who name none with <c>scope=</c>. Default: none.</summary>
    public string? DefaultScope { get; set; }

    /// <summary>Who makes and changes documents in a scope. Default: its members.</summary>
    public ResourceWriters Writers { get; set; } = ResourceWriters.Members;

    /// <summary>Documents that answer at <c>/path</c> as well as at <c>/resources/path</c>. Default: none.</summary>
    public IList<string> Aliases { get; } = [];
}

/// <summary>Who makes and changes documents.</summary>
internal enum ResourceWriters
{
    /// <summary>Members and managers of the scope.</summary>
    Members,

    /// <summary>Managers of the scope alone.</summary>
    Managers,

    /// <summary>Runs of algorithms in the scope alone: what changes data is a program that the scope's managers let run (contracts/flarecast.md).</summary>
    Runs,
}

/// <summary>Refuses settings that no document could follow.</summary>
internal sealed class ResourceOptionsValidation : IValidateOptions<ResourceOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ResourceOptions options)
    {
        var failures = new List<string>();
        if (options.MaxBytes is < 2 or > ResourceOptions.LargestBytes)
        {
            failures.Add($"{ResourceOptions.Section}:MaxBytes is {options.MaxBytes}; it has to be between 2 and {ResourceOptions.LargestBytes}.");
        }

        if (options.DefaultScope is { Length: > 0 } scope && !ScopePath.TryParse(scope, out _))
        {
            failures.Add($"{ResourceOptions.Section}:DefaultScope is '{scope}'; {ScopePath.Grammar}.");
        }

        if (!Enum.IsDefined(options.Writers))
        {
            failures.Add($"{ResourceOptions.Section}:Writers is '{options.Writers}'; it has to be Members, Managers or Runs.");
        }

        foreach (var alias in options.Aliases.Where(alias => !ResourcePath.TryParse(alias, out _)))
        {
            failures.Add($"{ResourceOptions.Section}:Aliases holds '{alias}'; {ResourcePath.Grammar}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
