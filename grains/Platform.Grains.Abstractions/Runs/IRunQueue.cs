using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Runs;

/// <summary>
/// The one queue of the cluster, in the order in which runs were asked for. Both of its acts are transactions that rest on a counter which every
/// one of them moves on: no two see the same free place, on however many nodes.
/// </summary>
public interface IRunQueue
{
    /// <summary>Adds a run, where the scope's settings allow it and the queue has room. It is durable when the task completes.</summary>
    ValueTask<RunSubmission> SubmitAsync(NewRun run, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the first run that waits and whose scope and user have a free place, for a machine; null where there is none. Runs whose scope or
    /// user has no free place are passed over, and keep their place.
    /// </summary>
    /// <param name="machine">The machine that will run it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<RunSnapshot?> ClaimAsync(string machine, CancellationToken cancellationToken);

    /// <summary>How many runs of its scope wait before each of these; those that do not wait are left out.</summary>
    ValueTask<IReadOnlyDictionary<RunId, int>> FindPositionsAsync(IReadOnlyCollection<RunSnapshot> runs, CancellationToken cancellationToken);

    /// <summary>What may run in a scope, and how much of it, now.</summary>
    ValueTask<RunTerms> ReadTermsAsync(ScopePath scope, CancellationToken cancellationToken);

    /// <summary>The runs that a machine took and that are not over.</summary>
    ValueTask<IReadOnlyList<RunId>> ListOfMachineAsync(string machine, CancellationToken cancellationToken);
}

/// <summary>A run that is asked for. The caller has made sure that the user may start runs in the scope and that the request is well-formed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What is asked for.</param>
/// <param name="Authorization">What its tokens will stand for; its context is the scope.</param>
/// <param name="Client">The client whose token asks for it.</param>
/// <param name="ClientEpoch">That client's revocation epoch.</param>
/// <param name="Actor">Who acts for the user, a JSON text; null: nobody.</param>
/// <param name="Access">What the user may do, as it was judged.</param>
public sealed record NewRun(RunId Id, RunRequest Request, AuthorizationSnapshot Authorization, ClientId Client, long ClientEpoch, string? Actor, ScopeAccess Access);

/// <summary>Whether a run was added.</summary>
/// <param name="Refusal">Why not; null: it was.</param>
/// <param name="Run">The run; null where it was refused.</param>
/// <param name="Detail">Why not, in words; null where it was added.</param>
public sealed record RunSubmission(RunRefusal? Refusal, RunSnapshot? Run, string? Detail);

/// <summary>Why a run was not added.</summary>
public enum RunRefusal
{
    /// <summary>The user may not start runs in the scope.</summary>
    NotAllowed,

    /// <summary>The image is on no list of the scope or of those above it.</summary>
    ImageNotAllowed,

    /// <summary>A limit that was asked for is over what the scope gives.</summary>
    OverLimit,

    /// <summary>The user has as many runs waiting as they may.</summary>
    UserQuota,

    /// <summary>The scope has as many runs waiting as it may.</summary>
    ScopeQuota,
}

/// <summary>What may run in a scope: what its settings say, those of the scopes above it, and the operator's.</summary>
/// <param name="Images">The images that may run: those of the scope and of all above it, in ordinal order.</param>
/// <param name="ForMembers">Whether every member may start runs, and not only those whose role says so; the nearest scope that says it counts.</param>
/// <param name="Running">How many runs of the scope run at a time: the least that is said on the way down.</param>
/// <param name="Most">The largest limits that a run may ask for: the least of each that is said on the way down.</param>
/// <param name="Otherwise">The limits of a run that asks for none.</param>
public sealed record RunTerms(IReadOnlyList<string> Images, bool ForMembers, int Running, RunLimits Most, RunLimits Otherwise)
{
    /// <summary>Whether somebody may start runs in a scope under these terms.</summary>
    public bool Admit(ScopeAccess access, ScopePath scope) =>
        access.MayEnter(scope) && (access.Allows(Permission.StartRuns, scope) || (ForMembers && access.IsMember(scope)));

    /// <summary>Which of a run's limits is over the largest, in words; null: none.</summary>
    public string? FindExcess(RunLimits limits) =>
        limits.MemoryBytes > Most.MemoryBytes ? $"memoryBytes is at most {Most.MemoryBytes} here."
        : limits.Cpus > Most.Cpus ? FormattableString.Invariant($"cpus is at most {Most.Cpus} here.")
        : limits.Time > Most.Time ? FormattableString.Invariant($"timeSeconds is at most {Most.Time.TotalSeconds} here.")
        : null;
}

/// <summary>Lists runs.</summary>
/// <param name="Scope">In this scope; null: in any.</param>
/// <param name="User">Of this user; null: of any.</param>
/// <param name="Active">Those that are not over, or those that are; null: both.</param>
public sealed record RunFilter(ScopePath? Scope, UserKey? User, bool? Active);
