using System.Collections.Immutable;
using Platform.Grains.OAuth;
using Platform.Grains.Users;

namespace Platform.Grains.Runs;

/// <summary>The persisted shape of one run.</summary>
internal sealed record RunState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public long Sequence { get; init; }

    public string Image { get; init; } = "";

    public ImmutableArray<string> Command { get; init; } = [];

    public ImmutableArray<RunVariableState> Environment { get; init; } = [];

    public ImmutableArray<string> Inputs { get; init; } = [];

    public long MemoryBytes { get; init; }

    public double Cpus { get; init; }

    public TimeSpan Time { get; init; }

    public string? Label { get; init; }

    public AuthorizationState Authorization { get; init; } = new();

    public string Client { get; init; } = "";

    public long ClientEpoch { get; init; }

    public string? Actor { get; init; }

    public RunPhase Phase { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public string? Machine { get; init; }

    /// <summary>The process of the machine that was about to start its container.</summary>
    public string? Holder { get; init; }

    public string? ImageId { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    public string? CancelledBy { get; init; }

    public DateTimeOffset? CancelledAt { get; init; }

    public RunOutcome? Outcome { get; init; }

    public int? ExitCode { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public int? Percent { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }

    public static RunState From(NewRun run, long sequence, DateTimeOffset now) => new()
    {
        Sequence = sequence,
        Image = run.Request.Image,
        Command = run.Request.Command,
        Environment = [.. run.Request.Environment.Select(variable => new RunVariableState { Name = variable.Name, Value = variable.Value })],
        Inputs = run.Request.Inputs,
        MemoryBytes = run.Request.Limits.MemoryBytes,
        Cpus = run.Request.Limits.Cpus,
        Time = run.Request.Limits.Time,
        Label = run.Request.Label,
        Authorization = AuthorizationState.From(run.Authorization),
        Client = run.Client.Value,
        ClientEpoch = run.ClientEpoch,
        Actor = run.Actor,
        SubmittedAt = now,
    };

    public RunSnapshot ToSnapshot(RunId id) => new()
    {
        Id = id,
        Sequence = Sequence,
        Request = new RunRequest
        {
            Image = Image,
            Command = Command,
            Environment = [.. Environment.Select(variable => new RunVariable(variable.Name, variable.Value))],
            Inputs = Inputs,
            Limits = new RunLimits(MemoryBytes, Cpus, Time),
            Label = Label,
        },
        Authorization = Authorization.ToSnapshot(),
        Client = new ClientId(Client),
        ClientEpoch = ClientEpoch,
        Actor = Actor,
        Phase = Phase,
        SubmittedAt = SubmittedAt,
        Machine = Machine,
        ImageId = ImageId,
        StartedAt = StartedAt,
        DeadlineAt = DeadlineAt,
        StoppedAt = StoppedAt,
        Cancellation = CancelledBy is { } by && CancelledAt is { } at ? new RunCancellation(UserKey.Parse(by), at) : null,
        Ending = Outcome is { } outcome && EndedAt is { } ended ? new RunEnding(outcome, ExitCode, Reason, ended) : null,
        Progress = Percent is { } percent && ReportedAt is { } reported ? new RunProgress(percent, Message, reported) : null,
    };
}

/// <summary>The persisted shape of an environment variable.</summary>
internal sealed record RunVariableState
{
    public string Name { get; init; } = "";

    public string Value { get; init; } = "";
}

/// <summary>The persisted shape of the queue: what its acts rest on. Which runs wait, their own rows say.</summary>
internal sealed record RunQueueState
{
    /// <summary>The one queue's key.</summary>
    public const string Key = "all";

    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The place of the next run.</summary>
    public long Next { get; init; } = 1;

    /// <summary>How many runs were taken by machines.</summary>
    public long Taken { get; init; }
}

/// <summary>The persisted shape of what a scope lets run. What is null holds as above it.</summary>
internal sealed record RunScopeState
{
    /// <summary>The version of this shape.</summary>
    public int Version { get; init; } = 1;

    public ImmutableArray<string> Images { get; init; } = [];

    public bool? ForMembers { get; init; }

    public int? Running { get; init; }

    public long? MemoryBytes { get; init; }

    public double? Cpus { get; init; }

    public TimeSpan? Time { get; init; }
}
