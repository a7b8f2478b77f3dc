using Platform.Grains.Runs;

namespace Platform.Grains.Tests.Runs;

/// <summary>What operators may set for runs.</summary>
public sealed class RunOptionsTests
{
    [Fact]
    public void Defaults_AreFine_AndNarrowerLimitsAlone()
    {
        Assert.True(Validate(new()));
        Assert.True(Validate(new() { MaxTime = TimeSpan.FromMinutes(30), MaxCpus = 0.5, MaxMemoryBytes = 64L * 1024 * 1024 }));
    }

    [Fact]
    public void AllFaults_AreNamedAtOnce()
    {
        var result = new RunOptionsValidator().Validate(null, new()
        {
            RunningPerScope = 0,
            RunningPerUser = 0,
            QueuedPerUser = 0,
            QueuedPerScope = -1,
            LogBytes = 1,
            MemoryBytes = 1,
            MaxMemoryBytes = 1,
            Cpus = 0,
            MaxCpus = double.NaN,
            Time = TimeSpan.Zero,
            MaxTime = TimeSpan.MaxValue,
            LostAfter = TimeSpan.Zero,
            QueuedFor = TimeSpan.Zero,
            KeepFor = TimeSpan.Zero,
        });
        Assert.Equal(14, result.Failures!.Count());
        Assert.All(result.Failures!, failure => Assert.StartsWith("Runs:", failure, StringComparison.Ordinal));
    }

    private static bool Validate(RunOptions options) => new RunOptionsValidator().Validate(null, options).Succeeded;
}
