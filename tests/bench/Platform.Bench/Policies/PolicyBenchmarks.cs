using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Bench.Policies;

/// <summary>What a decision costs among few rules and among many, and what it costs to load many.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private const int Asked = 1024;

    private PolicyRequest[] _requests = [];
    private string[] _targets = [];
    private CompiledPolicySet _set = null!;
    private string _json = "";

    [Params(100, 10_000)]
    public int Rules { get; set; }

    /// <summary>Runs them, in this process, which shares its build with the others here.</summary>
    public static int Run()
    {
        // Shorter, the first size would be measured while its code is still being compiled for good.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(30).WithIterationCount(9).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(200)))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(StatisticColumn.Median)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(MarkdownExporter.Console)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "platform-bench"));
        return BenchmarkRunner.Run<PolicyBenchmarks>(config).HasCriticalValidationErrors ? 1 : 0;
    }

    [GlobalSetup]
    public void Prepare()
    {
        var set = Make(Rules);
        _json = PolicyJson.Write(set);
        _set = CompiledPolicySet.Compile(set);
        var random = new Random(4);
        _targets = [.. Enumerable.Range(0, Asked).Select(_ => Target(random.Next(Rules), random))];
        _requests = [.. _targets.Select(target => new PolicyRequest("GET", Read(target), AnonymousSubject.Instance, null, DateTimeOffset.UnixEpoch))];
        var allowed = _requests.Count(request => _set.Decide(request).IsAllowed);
        if (allowed is < Asked / 2 or Asked)
        {
            throw new InvalidOperationException($"{allowed} of {Asked} requests are let through: the requests do not meet the rules as they should");
        }
    }

    [Benchmark(OperationsPerInvoke = Asked)]
    public int Decide()
    {
        var allowed = 0;
        foreach (var request in _requests)
        {
            allowed += _set.Decide(request).IsAllowed ? 1 : 0;
        }

        return allowed;
    }

    [Benchmark(OperationsPerInvoke = Asked)]
    public int ReadUrlAndDecide()
    {
        var allowed = 0;
        foreach (var target in _targets)
        {
            allowed += _set.Decide(new PolicyRequest("GET", Read(target), AnonymousSubject.Instance, null, DateTimeOffset.UnixEpoch)).IsAllowed ? 1 : 0;
        }

        return allowed;
    }

    /// <summary>All that a node does with a stored set: reading, finding what is wrong and what is shadowed, compiling.</summary>
    [Benchmark]
    public CompiledPolicySet Load()
    {
        var set = PolicyJson.Read(_json);
        return PolicyValidation.FindProblems(set).Any(problem => problem.Severity == ProblemSeverity.Error)
            ? throw new InvalidOperationException("the set has errors")
            : CompiledPolicySet.Compile(set);
    }

    private static RequestUrl Read(string target) =>
        RequestUrl.TryNormalise("https", "data.example.org", target, out var url, out var fault) ? url : throw new InvalidOperationException(fault);

    // Of ten rules four are paths, four templates of several shapes, one a regular expression and one keeps out.
    private static PolicySet Make(int count) => new()
    {
        Rules =
        [
            .. Enumerable.Range(0, count).Select(index => new PolicyRule
            {
                Id = $"rule-{index}",
                Effect = index % 10 == 9 ? PolicyEffect.Deny : PolicyEffect.Allow,
                Methods = index % 3 == 0 ? [] : ["GET", "HEAD"],
                Who = [PolicyAudience.Anyone],
                Path = (index % 10) switch
                {
                    < 4 => new PathPattern(PathPatternKind.Exact, $"/api/v1/service-{index}/status"),
                    4 => new PathPattern(PathPatternKind.Template, $"/api/v1/collection-{index}/:id"),
                    5 => new PathPattern(PathPatternKind.Template, $"/api/v1/collection-{index}/:id/items/*"),
                    6 => new PathPattern(PathPatternKind.Template, $"/vre/:vre/tool-{index}/**"),
                    7 => new PathPattern(PathPatternKind.Template, $"/files/area-{index}/**"),
                    8 => new PathPattern(PathPatternKind.Regex, $"^/models/model-{index}/versions/[0-9]+$"),
                    _ => new PathPattern(PathPatternKind.Template, $"/files/area-{index - 2}/secret-{index}/**"),
                },
            }),
        ],
    };

    private static string Target(int index, Random random) => (index % 10) switch
    {
        < 4 => $"/api/v1/service-{index}/status",
        4 => $"/api/v1/collection-{index}/{random.Next(1000)}",
        5 => $"/api/v1/collection-{index}/{random.Next(1000)}/items/{random.Next(1000)}",
        6 => $"/vre/vre-{random.Next(100)}/tool-{index}/a/b",
        7 => $"/files/area-{index}/a/b/c",
        8 => $"/models/model-{index}/versions/{random.Next(1000)}",
        _ => $"/files/area-{index - 2}/secret-{index}/x",
    };
}
