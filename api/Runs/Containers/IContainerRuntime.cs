namespace Platform.Api.Runs.Containers;

/// <summary>A container engine on this machine.</summary>
/// <remarks>
/// All methods throw <see cref="ContainerEngineUnavailableException"/> where the engine does not answer, and <see cref="ContainerEngineException"/>
/// where it refuses what was not said to be refused as a result.
/// </remarks>
internal interface IContainerRuntime
{
    /// <summary>The engine's name and version.</summary>
    Task<string> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>An image that the engine has; null where it has none of this name. Nothing is ever pulled.</summary>
    Task<ContainerImage?> FindImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Makes a container, which does not run yet. Where there is one of this name already, it is that one.</summary>
    /// <returns>Why it could not be made, in the engine's words; null: it was.</returns>
    Task<string?> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Starts a container that was made; one that runs goes on.</summary>
    /// <returns>Why it could not be started, in the engine's words; null: it was.</returns>
    Task<string?> StartAsync(string name, CancellationToken cancellationToken);

    /// <summary>How a container does; null where there is none.</summary>
    Task<ContainerStatus?> InspectAsync(string name, CancellationToken cancellationToken);

    /// <summary>Waits until a container that was started runs no longer, or there is none.</summary>
    Task WaitAsync(string name, CancellationToken cancellationToken);

    /// <summary>Asks a container to end, and ends it where it does not within a while.</summary>
    /// <param name="name">The container.</param>
    /// <param name="grace">The while.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task StopAsync(string name, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Removes a container, running or not; one that is not there is removed.</summary>
    Task RemoveAsync(string name, CancellationToken cancellationToken);

    /// <summary>The names of all containers, running or not, that have these labels.</summary>
    Task<IReadOnlyList<ContainerListing>> ListAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>What a container wrote to its standard output and error since an instant, and, while it runs, what it goes on to write.</summary>
    /// <param name="name">The container.</param>
    /// <param name="since">The instant (UTC), rounded down to whole seconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<ContainerOutput> FollowAsync(string name, DateTimeOffset since, CancellationToken cancellationToken);
}

/// <summary>A container to make.</summary>
internal sealed record ContainerSpec
{
    /// <summary>Its name, unique in the engine.</summary>
    public required string Name { get; init; }

    /// <summary>The image's reference or id.</summary>
    public required string Image { get; init; }

    /// <summary>The command and its arguments; empty: the image's own.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The environment.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>The labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The user and group that its process runs as, <c>uid:gid</c>.</summary>
    public required string User { get; init; }

    /// <summary>The network: a name that the engine knows, <c>none</c> or <c>host</c>.</summary>
    public required string Network { get; init; }

    /// <summary>Memory with swap, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processors.</summary>
    public required double Cpus { get; init; }

    /// <summary>How many processes and threads it may have.</summary>
    public required int Pids { get; init; }

    /// <summary>The folders that it may write to, in memory, each up to <see cref="ScratchBytes"/>.</summary>
    public required IReadOnlyList<string> Scratch { get; init; }

    /// <summary>How much it may write to each of them, in bytes; it counts against its memory limit.</summary>
    public required long ScratchBytes { get; init; }

    /// <summary>The folder of the machine that it finds, to read alone, at <see cref="MountPoint"/>.</summary>
    public required string Folder { get; init; }

    /// <summary>Where it finds the folder.</summary>
    public required string MountPoint { get; init; }

    /// <summary>How much of its output the engine keeps, in bytes.</summary>
    public required long OutputBytes { get; init; }
}

/// <summary>An image that the engine has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Volumes">The folders for which it wants volumes.</param>
internal sealed record ContainerImage(string Id, IReadOnlyList<string> Volumes);

/// <summary>A container in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record ContainerListing(string Name, IReadOnlyDictionary<string, string> Labels);

/// <summary>How a container does.</summary>
/// <param name="State">Where it is in its life.</param>
/// <param name="ExitCode">Its exit code; null while it has not ended.</param>
/// <param name="IsOutOfMemory">Whether the engine knows that it was killed at its memory limit. Not every engine does.</param>
/// <param name="StartedAt">When it was started (UTC); null before that.</param>
/// <param name="FinishedAt">When it ended (UTC); null before that.</param>
internal sealed record ContainerStatus(
    ContainerState State, int? ExitCode, bool IsOutOfMemory, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <summary>Where a container is in its life.</summary>
internal enum ContainerState
{
    /// <summary>It was made and not started.</summary>
    Created,

    /// <summary>It runs, or is about to end.</summary>
    Running,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>A piece of what a container wrote: a line, or a part of one.</summary>
/// <param name="At">When the engine read it, in nanoseconds since 1970 (UTC).</param>
/// <param name="IsError">Whether it came on standard error.</param>
/// <param name="Bytes">What it wrote, its line's end included where it is in it.</param>
internal readonly record struct ContainerOutput(long At, bool IsError, ReadOnlyMemory<byte> Bytes);

/// <summary>The engine refused.</summary>
internal sealed class ContainerEngineException(string message, int status) : Exception(message)
{
    /// <summary>The status of its answer.</summary>
    public int Status => status;
}

/// <summary>The engine does not answer.</summary>
internal sealed class ContainerEngineUnavailableException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>Whether it takes calls and has not answered this one in time, and is not gone.</summary>
    public bool IsSlow => InnerException is OperationCanceledException;

    /// <summary>Whether the call did not reach it.</summary>
    public bool IsUnreached => InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
}
