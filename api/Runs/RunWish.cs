using System.Collections.Immutable;
using System.Globalization;
using Platform.Api.Http;
using Platform.Api.OAuth;
using Platform.Grains.Resources;
using Platform.Grains.Runs;

namespace Platform.Api.Runs;

/// <summary>A run to start, on the wire.</summary>
/// <param name="Image">The container image, spelled as on the scope's list.</param>
internal sealed record RunWish(string Image)
{
    /// <summary>The command and its arguments; none: the image's own.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Environment variables.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>Paths of resources that it finds as files.</summary>
    public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>Limits; what is not given is the scope's.</summary>
    public RunWishLimits? Limits { get; init; }

    /// <summary>The OAuth scopes of its token; none given: <c>read</c> and <c>write</c>, as far as they can be given.</summary>
    public ImmutableArray<string>? OauthScopes { get; init; }

    /// <summary>What it is called.</summary>
    public string? Label { get; init; }

    /// <summary>The OAuth scopes of a run that asks for none in particular.</summary>
    public static ImmutableArray<string> UsualOAuthScopes { get; } = [OAuthScopes.Read, OAuthScopes.Write];

    /// <summary>The request as the queue takes it, or what is wrong with it and where.</summary>
    /// <param name="terms">What the scope gives.</param>
    public (RunRequest? Request, Problem? Refusal) ToRequest(RunTerms terms)
    {
        var limits = Limits ?? new RunWishLimits();
        var request = new RunRequest
        {
            Image = Image,
            Command = Command,
            Environment = [.. Environment.Select(variable => new RunVariable(variable.Key, variable.Value))],
            Inputs = Inputs,
            Limits = new RunLimits(
                limits.MemoryBytes ?? terms.Otherwise.MemoryBytes,
                limits.Cpus ?? terms.Otherwise.Cpus,
                limits.TimeSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, int.MaxValue)) : terms.Otherwise.Time),
            Label = string.IsNullOrWhiteSpace(Label) ? null : Label.Trim(),
        };
        var refusal = FindFault(request);
        return refusal is null ? (request, null) : (null, refusal);
    }

    private static Problem? FindFault(RunRequest request) =>
        Check(RunRules.IsImage(request.Image), "image", "It is a reference to an image, as in registry.example/name:tag.")
        ?? Check(request.Command.Length <= RunRules.MaxCommand, "command", $"It has at most {RunRules.MaxCommand} parts.")
        ?? Check(request.Command.All(part => !part.Contains('\0', StringComparison.Ordinal)), "command", "It holds a zero character.")
        ?? Check(request.Command.IsEmpty || request.Command[0].Length > 0, "command", "It names no program.")
        ?? FindFault(request.Environment)
        ?? Check(
            request.Command.Sum(part => part.Length) + request.Environment.Sum(variable => variable.Name.Length + variable.Value.Length) <= RunRules.MaxText,
            "command", $"Command and environment have at most {RunRules.MaxText} characters in all.")
        ?? Check(request.Inputs.Length <= RunRules.MaxInputs, "inputs", $"There are at most {RunRules.MaxInputs}.")
        ?? request.Inputs.Select((path, index) => Check(
            ResourcePath.TryParse(path, out _), string.Create(CultureInfo.InvariantCulture, $"inputs[{index}]"), $"Here {ResourcePath.Grammar}.")).FirstOrDefault(fault => fault is not null)
        ?? Check(request.Limits.MemoryBytes >= RunRules.MinMemoryBytes, "limits.memoryBytes", $"It is at least {RunRules.MinMemoryBytes}.")
        ?? Check(request.Limits.Cpus >= RunRules.MinCpus, "limits.cpus", FormattableString.Invariant($"It is at least {RunRules.MinCpus}."))
        ?? Check(request.Limits.Time >= RunRules.MinTime, "limits.timeSeconds", "It is at least 1.")
        ?? Check(request.Label is null || (request.Label.Length <= RunRules.MaxLabel && !request.Label.Any(char.IsControl)), "label", $"It has at most {RunRules.MaxLabel} characters, in one line.");

    private static Problem? FindFault(ImmutableArray<RunVariable> environment) =>
        Check(environment.Length <= RunRules.MaxVariables, "environment", $"There are at most {RunRules.MaxVariables} variables.")
        ?? environment.Select(variable =>
            Check(RunRules.IsVariableName(variable.Name), "environment", "A name is made of letters, digits and underscores, and does not begin with a digit.")
            ?? Check(!RunRules.IsReservedVariable(variable.Name), $"environment.{variable.Name}", "The platform sets variables that begin with PLATFORM_ and BEARER_TOKEN itself.")
            ?? Check(variable.Value is not null, $"environment.{variable.Name}", "It is no text.")
            ?? Check(!variable.Value!.Contains('\0', StringComparison.Ordinal), $"environment.{variable.Name}", "It holds a zero character.")).FirstOrDefault(fault => fault is not null);

    private static Problem? Check(bool holds, string place, string detail) => holds ? null : new Problem(RunErrors.MalformedRun, detail, $"body member {place}");
}

/// <summary>Limits of a run to start, on the wire.</summary>
internal sealed record RunWishLimits
{
    /// <summary>Memory, swap included, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processors.</summary>
    public double? Cpus { get; init; }

    /// <summary>How long it may run, in seconds.</summary>
    public double? TimeSeconds { get; init; }
}
