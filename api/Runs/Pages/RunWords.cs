using System.Globalization;
using Platform.Grains.Runs;

namespace Platform.Api.Runs.Pages;

/// <summary>What people read of runs.</summary>
internal static class RunWords
{
    /// <summary>Where it is.</summary>
    public static string State(RunSnapshot run, int? position) => RunWireStates.Of(run) switch
    {
        RunWireState.Queued when position is { } before => before == 0 ? "waits, next" : string.Create(CultureInfo.InvariantCulture, $"waits, {before} before it"),
        RunWireState.Queued => "waits",
        RunWireState.TimeLimit => "stopped at its time limit",
        RunWireState.MemoryLimit => "killed at its memory limit",
        RunWireState.RightsLost => "stopped, rights lost",
        RunWireState.NotStarted => "not started",
        RunWireState.Failed => string.Create(CultureInfo.InvariantCulture, $"failed with {run.Ending!.ExitCode}"),
        var state => state.ToString().ToLowerInvariant(),
    };

    /// <summary>How it looks.</summary>
    public static string Look(RunSnapshot run) => run switch
    {
        { Ending: null, Cancellation: null } => "wait",
        { Ending.Outcome: RunOutcome.Succeeded } => "good",
        _ => "bad",
    };

    /// <summary>How far it is, as the algorithm says.</summary>
    public static string Progress(RunProgress progress) => string.Create(CultureInfo.InvariantCulture, $"{progress.Percent} % {progress.Message}").TrimEnd();

    /// <summary>How long it ran.</summary>
    public static string Duration(RunSnapshot run) =>
        run is { StartedAt: { } started, Ending: { } ending } ? Span(ending.At - started) : "–";

    /// <summary>A span for people.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        // Engines give times in whole seconds.
        { TotalSeconds: < 1 } => "less than 1 s",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
        { Minutes: 0 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
    };

    /// <summary>Processors for people.</summary>
    public static string Processors(double count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "processor" : "processors")}");

    /// <summary>Bytes for people.</summary>
    public static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024d * 1024):0.#} MiB");
}
