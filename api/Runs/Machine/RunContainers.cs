using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Api.OAuth;
using Platform.Api.Runs.Containers;
using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

/// <summary>What the container of a run is called and made of. Nothing of it is secret: the token is in a file alone.</summary>
internal sealed class RunContainers(IOptions<MachineOptions> options, IOptions<RunOptions> runs, Issuer platform)
{
    private const string RunLabel = "platform.run";
    private const string MachineLabel = "platform.machine";
    private const string PlatformLabel = "platform.url";
    private const string ScopeLabel = "platform.scope";

    /// <summary>What the engine may keep: more than the log keeps, so that nothing is lost while a machine is restarted.</summary>
    private const int OutputFactor = 8;

    private static readonly string[] Scratch = ["/tmp", "/var/tmp"];

    /// <summary>The labels of all containers of this platform in the engine, whatever the machine was called when they were made.</summary>
    public IReadOnlyDictionary<string, string> Own => new Dictionary<string, string> { [PlatformLabel] = platform.Value };

    /// <summary>The name of a run's container.</summary>
    public static string NameOf(RunId run) => $"platform-run-{run}";

    /// <summary>Whose container it is; null where it is no run's.</summary>
    public static RunId? RunOf(ContainerListing container) =>
        RunId.TryParse(container.Labels.GetValueOrDefault(RunLabel), out var run) && container.Name == NameOf(run) ? run : null;

    /// <summary>Why an image is not run, in words; null: it may be.</summary>
    /// <remarks>Its volumes become folders in memory under the names that it gives them; engines take some names apart, and the volume would be on the disk.</remarks>
    public static string? FindFault(ContainerImage image) =>
        image.Volumes.FirstOrDefault(volume => !IsPlainFolder(volume)) is { } odd ? $"The image wants a volume '{odd}', which is no plain path of a folder." : null;

    /// <summary>The container of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="image">The image, taken by its id: what was looked at is what runs.</param>
    /// <param name="folder">The run's folder on this machine.</param>
    public ContainerSpec Describe(RunSnapshot run, ContainerImage image, string folder)
    {
        var request = run.Request;
        return new ContainerSpec
        {
            Name = NameOf(run.Id),
            Image = image.Id,
            Command = request.Command,
            Environment = [.. EnvironmentOf(run)],
            Labels = new Dictionary<string, string>(Own) { [RunLabel] = run.Id.Value, [MachineLabel] = options.Value.Machine, [ScopeLabel] = run.Scope.Value },
            User = options.Value.User,
            Network = options.Value.Network,
            MemoryBytes = request.Limits.MemoryBytes,

            // An engine refuses more than the machine has.
            Cpus = Math.Min(request.Limits.Cpus, Environment.ProcessorCount),
            Pids = options.Value.Pids,
            Scratch = [.. Scratch.Union(image.Volumes.Select(volume => volume.TrimEnd('/')), StringComparer.Ordinal)],
            ScratchBytes = options.Value.ScratchBytes,
            Folder = folder,
            MountPoint = RunFolder.MountPoint,
            OutputBytes = Math.Max(16L * 1024 * 1024, (long)runs.Value.LogBytes * OutputFactor),
        };
    }

    private static bool IsPlainFolder(string path) =>
        path.TrimEnd('/') is ['/', .. var names] && names.Split('/').All(name => name is not ("" or "." or "..") && !name.AsSpan().ContainsAny(':', ','))
        && !path.Any(char.IsControl);

    private IEnumerable<KeyValuePair<string, string>> EnvironmentOf(RunSnapshot run)
    {
        foreach (var variable in run.Request.Environment)
        {
            yield return new(variable.Name, variable.Value);
        }

        // Bearer token discovery of WLCG (contracts/wlcg-aarc.md): a file, which can be renewed; a variable could not.
        yield return new("BEARER_TOKEN_FILE", RunFolder.TokenFile);
        yield return new("PLATFORM_URL", (options.Value.PlatformUrl ?? platform.Value).TrimEnd('/'));
        yield return new("PLATFORM_SCOPE", run.Scope.Value);
        yield return new("PLATFORM_RUN", run.Id.Value);
        yield return new("PLATFORM_INPUTS", string.Join(' ', run.Request.Inputs));
        for (var number = 1; number <= run.Request.Inputs.Length; number++)
        {
            yield return new(string.Create(CultureInfo.InvariantCulture, $"PLATFORM_INPUT_{number}"), RunFolder.InputFile(number));
        }
    }
}
