using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Runs;

/// <summary>Where a run is in its life. Each follows the one before; none is passed twice but <see cref="Preparing"/>, which a lost machine gives back.</summary>
[Alias("platform.RunPhase")]
public enum RunPhase
{
    /// <summary>It waits for a machine.</summary>
    Queued,

    /// <summary>A machine took it and makes its container, which has not been started.</summary>
    Preparing,

    /// <summary>Its container is being started, or has been: from here on it is never begun again.</summary>
    Starting,

    /// <summary>Its container runs.</summary>
    Running,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>How a run ended.</summary>
[Alias("platform.RunOutcome")]
public enum RunOutcome
{
    /// <summary>Its container ended with exit code 0.</summary>
    Succeeded,

    /// <summary>Its container ended with another exit code.</summary>
    Failed,

    /// <summary>It was stopped at its time limit.</summary>
    TimeLimit,

    /// <summary>It was stopped at its memory limit.</summary>
    MemoryLimit,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>It was stopped because its user, the client that asked for it, or the scope no longer gives it what it runs with.</summary>
    RightsLost,

    /// <summary>Its container could not be made or started; nothing of it ran.</summary>
    NotStarted,

    /// <summary>Its machine, or its container, is gone; whether it did its work is not known. It is not begun again.</summary>
    Lost,
}

/// <summary>The end of a run.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExitCode">The container's exit code; null where it has none.</param>
/// <param name="Reason">What happened, in words; null: the outcome says all.</param>
/// <param name="At">When the container ended, or it was decided that there is none (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.RunEnding")]
public sealed record RunEnding(
    [property: Id(0)] RunOutcome Outcome,
    [property: Id(1)] int? ExitCode,
    [property: Id(2)] string? Reason,
    [property: Id(3)] DateTimeOffset At);

/// <summary>A cancellation.</summary>
/// <param name="By">Who asked for it.</param>
/// <param name="At">When (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.RunCancellation")]
public sealed record RunCancellation([property: Id(0)] UserKey By, [property: Id(1)] DateTimeOffset At);

/// <summary>What an algorithm says of its own progress.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Message">In words; null: none.</param>
/// <param name="At">When (UTC).</param>
[GenerateSerializer, Immutable, Alias("platform.RunProgress")]
public sealed record RunProgress([property: Id(0)] int Percent, [property: Id(1)] string? Message, [property: Id(2)] DateTimeOffset At);

/// <summary>A run as its grain hands it out.</summary>
[GenerateSerializer, Immutable, Alias("platform.RunSnapshot")]
public sealed record RunSnapshot
{
    /// <summary>Its id.</summary>
    [Id(0)] public RunId Id { get; init; }

    /// <summary>Its place among all runs: those with a smaller one were asked for before.</summary>
    [Id(1)] public long Sequence { get; init; }

    /// <summary>What was asked for.</summary>
    [Id(2)] public RunRequest Request { get; init; } = new();

    /// <summary>What its tokens stand for and hang on: the user, the scope (its context), the OAuth scopes, each with its epoch.</summary>
    [Id(3)] public AuthorizationSnapshot Authorization { get; init; } = new();

    /// <summary>The client whose token asked for it, and which its tokens are made out to.</summary>
    [Id(4)] public ClientId Client { get; init; }

    /// <summary>That client's revocation epoch.</summary>
    [Id(5)] public long ClientEpoch { get; init; }

    /// <summary>Who acted for the user when it was asked for (RFC 8693 §4.1), a JSON text; null: nobody.</summary>
    [Id(6)] public string? Actor { get; init; }

    /// <summary>Where it is in its life.</summary>
    [Id(7)] public RunPhase Phase { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    [Id(8)] public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>The machine that took it; null while it waits.</summary>
    [Id(9)] public string? Machine { get; init; }

    /// <summary>The id of the image that its container is made from, as the engine names it; null before that.</summary>
    [Id(10)] public string? ImageId { get; init; }

    /// <summary>When its container was started (UTC); null before that.</summary>
    [Id(11)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its tokens are over in any case: its time limit (UTC); null before its container is started.</summary>
    [Id(12)] public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>The cancellation that was asked for; null: none. Its tokens are over from then on.</summary>
    [Id(13)] public RunCancellation? Cancellation { get; init; }

    /// <summary>Its end; null before that.</summary>
    [Id(14)] public RunEnding? Ending { get; init; }

    /// <summary>What the algorithm said last of its progress; null: nothing.</summary>
    [Id(15)] public RunProgress? Progress { get; init; }

    /// <summary>When its container was seen to run no longer (UTC); null before that. Its tokens are over from then on.</summary>
    [Id(16)] public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Whose it is.</summary>
    public UserKey User => Authorization.User;

    /// <summary>The scope that it runs in.</summary>
    public ScopePath Scope => Authorization.Context!.Value;

    /// <summary>Whether tokens of it count at an instant, as far as the run itself is concerned.</summary>
    public bool HoldsTokens(DateTimeOffset now) =>
        Phase is RunPhase.Starting or RunPhase.Running && Cancellation is null && StoppedAt is null && DeadlineAt > now;
}
