using System.Collections.Immutable;
using Platform.Grains.Runs;

namespace Platform.Api.Runs;

/// <summary>A run on the wire.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">The scope that it runs in.</param>
/// <param name="User">Who started it, as <c>directory:id</c>.</param>
/// <param name="Label">What it is called; null: nothing.</param>
/// <param name="Image">The image.</param>
/// <param name="State">Where it is: <c>queued</c>, <c>starting</c>, <c>running</c>, <c>cancelling</c>, or its outcome once it is over.</param>
/// <param name="SubmittedAt">When it was asked for.</param>
internal sealed record RunDocument(string Id, string Scope, string User, string? Label, string Image, RunWireState State, DateTimeOffset SubmittedAt)
{
    /// <summary>Whether it is over.</summary>
    public bool IsOver { get; init; }

    /// <summary>How many runs wait before it; null where it does not wait.</summary>
    public int? Position { get; init; }

    /// <summary>When its container was started; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it is stopped at the latest; null before its container is started.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>When it ended; null before that.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The exit code of its container; null where it has none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What happened, in words; null: the state says all, or it is not for the caller.</summary>
    public string? Reason { get; init; }

    /// <summary>What the algorithm says of its progress; null: nothing.</summary>
    public RunProgressDocument? Progress { get; init; }

    /// <summary>The documents that it stored; null in lists, and where they are not for the caller.</summary>
    public ImmutableArray<RunWritingDocument>? Written { get; init; }

    /// <summary>What only who started it and who manages runs sees; null for others.</summary>
    public RunDetailDocument? Detail { get; init; }

    public static RunDocument Of(RunSnapshot run, RunSight sight, int? position, IEnumerable<RunWriting>? written = null) => new(
        run.Id.Value, run.Scope.Value, run.User.ToString(), run.Request.Label, run.Request.Image, RunWireStates.Of(run), run.SubmittedAt)
    {
        IsOver = run.Phase == RunPhase.Ended,
        Position = position,
        StartedAt = run.StartedAt,
        DeadlineAt = run.StartedAt is null ? null : run.DeadlineAt,
        EndedAt = run.Ending?.At,
        ExitCode = run.Ending?.ExitCode,

        // It may name inputs, programs and folders of the machine.
        Reason = sight == RunSight.Everything ? run.Ending?.Reason : null,
        Progress = run.Progress is { } progress ? new RunProgressDocument(progress.Percent) { Message = progress.Message, At = progress.At } : null,
        Written = written is null || sight != RunSight.Everything ? null : [.. written.Select(RunWritingDocument.Of)],
        Detail = sight == RunSight.Everything ? RunDetailDocument.Of(run) : null,
    };
}

/// <summary>What only who started a run and who manages runs sees of it.</summary>
/// <param name="Command">The command; empty: the image's own.</param>
/// <param name="Environment">The variables that were given.</param>
/// <param name="Inputs">The paths of its inputs.</param>
/// <param name="OauthScopes">The OAuth scopes of its token.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="ImageId">The image that its container was made from, as the engine names it.</param>
/// <param name="Machine">The machine that has it.</param>
/// <param name="Client">The client that asked for it.</param>
/// <param name="CancelledBy">Who cancelled it.</param>
internal sealed record RunDetailDocument(
    ImmutableArray<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    ImmutableArray<string> Inputs,
    ImmutableArray<string> OauthScopes,
    RunLimitsDocument Limits,
    string? ImageId,
    string? Machine,
    string Client,
    string? CancelledBy)
{
    public static RunDetailDocument Of(RunSnapshot run) => new(
        run.Request.Command,
        run.Request.Environment.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal),
        run.Request.Inputs,
        run.Authorization.OAuthScopes,
        RunLimitsDocument.Of(run.Request.Limits),
        run.ImageId,
        run.Machine,
        run.Client.Value,
        run.Cancellation?.By.ToString());
}

/// <summary>Limits on the wire.</summary>
/// <param name="MemoryBytes">Memory, swap included, in bytes.</param>
/// <param name="Cpus">Processors.</param>
/// <param name="TimeSeconds">Time, in seconds.</param>
internal sealed record RunLimitsDocument(long MemoryBytes, double Cpus, double TimeSeconds)
{
    public static RunLimitsDocument Of(RunLimits limits) => new(limits.MemoryBytes, limits.Cpus, limits.Time.TotalSeconds);
}

/// <summary>A document that a run stored, on the wire.</summary>
/// <param name="Scope">The scope that it is placed in.</param>
/// <param name="Path">Its path.</param>
/// <param name="At">When the run stored it last.</param>
internal sealed record RunWritingDocument(string Scope, string Path, DateTimeOffset At)
{
    public static RunWritingDocument Of(RunWriting writing) => new(writing.Key.Scope.Value, writing.Key.Path.Value, writing.At);
}

/// <summary>A report of progress, on the wire.</summary>
/// <param name="Percent">0 to 100.</param>
internal sealed record RunProgressDocument(int Percent)
{
    /// <summary>In words; null: none.</summary>
    public string? Message { get; init; }

    /// <summary>When it was reported; of no account in a report.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>What may run in a scope, on the wire.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="MayStart">Whether the caller may start runs in it.</param>
/// <param name="Images">The images that may run.</param>
/// <param name="Most">The largest limits.</param>
/// <param name="Otherwise">The limits of a run that asks for none.</param>
/// <param name="Running">How many runs of the scope run at a time.</param>
internal sealed record RunTermsDocument(
    string Scope, bool MayStart, IReadOnlyList<string> Images, RunLimitsDocument Most, RunLimitsDocument Otherwise, int Running);

/// <summary>Where a run is, on the wire.</summary>
internal enum RunWireState
{
    Queued,
    Starting,
    Running,
    Cancelling,
    Succeeded,
    Failed,
    TimeLimit,
    MemoryLimit,
    Cancelled,
    RightsLost,
    NotStarted,
    Lost,
}

/// <summary>Names where a run is.</summary>
internal static class RunWireStates
{
    public static RunWireState Of(RunSnapshot run) => run switch
    {
        { Ending: { } ending } => Enum.Parse<RunWireState>(ending.Outcome.ToString()),
        { Cancellation: not null } => RunWireState.Cancelling,
        { Phase: RunPhase.Queued } => RunWireState.Queued,
        { Phase: RunPhase.Running } => RunWireState.Running,
        _ => RunWireState.Starting,
    };
}
