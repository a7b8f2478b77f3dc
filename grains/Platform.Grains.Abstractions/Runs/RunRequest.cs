using System.Collections.Immutable;

namespace Platform.Grains.Runs;

/// <summary>What a user asks for: which algorithm, with what, within which limits. It never changes in the life of a run.</summary>
[GenerateSerializer, Immutable, Alias("platform.RunRequest")]
public sealed record RunRequest
{
    /// <summary>The container image, as the scope's list of allowed images spells it.</summary>
    [Id(0)] public string Image { get; init; } = "";

    /// <summary>The command and its arguments; empty: the image's own.</summary>
    [Id(1)] public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Environment variables, in the order given; names follow <see cref="RunRules.IsVariableName"/>.</summary>
    [Id(2)] public ImmutableArray<RunVariable> Environment { get; init; } = [];

    /// <summary>The paths of the resources that the container finds as files, in this order.</summary>
    [Id(3)] public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>The limits that are enforced.</summary>
    [Id(4)] public RunLimits Limits { get; init; } = new(0, 0, TimeSpan.Zero);

    /// <summary>What the user calls it; null: nothing.</summary>
    [Id(5)] public string? Label { get; init; }
}

/// <summary>An environment variable of a container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
[GenerateSerializer, Immutable, Alias("platform.RunVariable")]
public readonly record struct RunVariable([property: Id(0)] string Name, [property: Id(1)] string Value);

/// <summary>What a container may use.</summary>
/// <param name="MemoryBytes">Memory, swap included, in bytes.</param>
/// <param name="Cpus">Processors; fractions of one count.</param>
/// <param name="Time">How long it may run.</param>
[GenerateSerializer, Immutable, Alias("platform.RunLimits")]
public sealed record RunLimits([property: Id(0)] long MemoryBytes, [property: Id(1)] double Cpus, [property: Id(2)] TimeSpan Time);
