using System.Globalization;
using Platform.Api.Runs.Containers;
using Platform.Api.Runs.Machine;
using Platform.Grains.Runs;

namespace Platform.Api.Tests.Runs;

/// <summary>What counts: how a container ended by itself, or why it was to end.</summary>
public sealed class RunVerdictTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_start.AddHours(1);

    [Theory]
    [InlineData(0, false, RunOutcome.Succeeded)]
    [InlineData(3, false, RunOutcome.Failed)]
    [InlineData(137, false, RunOutcome.MemoryLimit)]
    [InlineData(1, true, RunOutcome.MemoryLimit)]
    public void WithoutACause_ItsExitCodeSays(int exitCode, bool isOutOfMemory, RunOutcome outcome) => Assert.Equal(
        (outcome, exitCode, s_start.AddSeconds(10)), Read(RunVerdict.Of(s_start, Ended(exitCode, 10, isOutOfMemory), null, false, s_now)));

    [Fact]
    public void Gone_ItIsLost() => Assert.Equal((RunOutcome.Lost, null, s_now), Read(RunVerdict.Of(s_start, null, null, false, s_now)));

    [Fact]
    public void Gone_WithACause_TheCauseCounts() =>
        Assert.Equal((RunOutcome.Cancelled, null, s_now), Read(RunVerdict.Of(s_start, null, Cause(RunOutcome.Cancelled, 5), false, s_now)));

    [Fact]
    public void BeforeItsStart_IsAtItsStart() =>
        Assert.Equal(s_start, RunVerdict.Of(s_start, Ended(0, -1), null, false, s_now).At);

    /// <summary>The machine was away when the container ended, and finds the end and the cause at once.</summary>
    [Theory]
    [InlineData(RunOutcome.TimeLimit, "5", 0, 2, RunOutcome.Succeeded)]
    [InlineData(RunOutcome.TimeLimit, "5", 9, 2, RunOutcome.Failed)]
    [InlineData(RunOutcome.TimeLimit, "5", 143, 6, RunOutcome.TimeLimit)]
    [InlineData(RunOutcome.TimeLimit, "5", 0, 6, RunOutcome.TimeLimit)]
    [InlineData(RunOutcome.TimeLimit, "5.5", 137, 5, RunOutcome.TimeLimit)]
    [InlineData(RunOutcome.TimeLimit, "5.5", 0, 5, RunOutcome.Succeeded)]
    [InlineData(RunOutcome.Cancelled, "5", 0, 2, RunOutcome.Succeeded)]
    [InlineData(RunOutcome.Cancelled, "5", 1, 5, RunOutcome.Cancelled)]
    [InlineData(RunOutcome.RightsLost, null, 0, 2, RunOutcome.Succeeded)]
    [InlineData(RunOutcome.RightsLost, null, 1, 2, RunOutcome.RightsLost)]
    public void EndedBeforeTheCause_ItEndedByItself(RunOutcome cause, string? since, int exitCode, int seconds, RunOutcome outcome) => Assert.Equal(
        (outcome, exitCode, s_start.AddSeconds(seconds)),
        Read(RunVerdict.Of(s_start, Ended(exitCode, seconds), Cause(cause, since is null ? null : double.Parse(since, CultureInfo.InvariantCulture)), false, s_now)));

    [Theory]
    [InlineData(RunOutcome.TimeLimit, 137)]
    [InlineData(RunOutcome.Cancelled, 0)]
    [InlineData(RunOutcome.RightsLost, 0)]
    public void Stopped_ItEndedForTheCause_WhenItEnded(RunOutcome cause, int exitCode) => Assert.Equal(
        (cause, exitCode, s_start.AddSeconds(7)), Read(RunVerdict.Of(s_start, Ended(exitCode, 7), Cause(cause, 5), true, s_now)));

    private static RunCause Cause(RunOutcome outcome, double? since) => new(outcome, "words", since is { } seconds ? s_start.AddSeconds(seconds) : null);

    private static ContainerStatus Ended(int exitCode, int seconds, bool isOutOfMemory = false) =>
        new(ContainerState.Ended, exitCode, isOutOfMemory, s_start, s_start.AddSeconds(seconds));

    private static (RunOutcome Outcome, int? ExitCode, DateTimeOffset At) Read(RunEnding ending) => (ending.Outcome, ending.ExitCode, ending.At);
}
