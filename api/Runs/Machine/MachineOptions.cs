using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

/// <summary>Whether this node starts containers, and how. In the section of <see cref="RunOptions"/>; each node has its own.</summary>
internal sealed class MachineOptions
{
    /// <summary>The container engine's socket, for instance <c>unix:///run/podman/podman.sock</c>. Default: none; the node accepts runs for others.</summary>
    public string? Runtime { get; set; }

    /// <summary>What this machine is called among all machines of the platform, also after a restart. Default: the machine's name.</summary>
    public string Machine { get; set; } = Environment.MachineName;

    /// <summary>How many runs this machine has at a time. Default: 4.</summary>
    public int Capacity { get; set; } = 4;

    /// <summary>The user and group that containers run as, <c>uid:gid</c> in numbers, never 0. Default: <c>10001:10001</c>.</summary>
    public string User { get; set; } = "10001:10001";

    /// <summary>The network of the containers, as the engine names it; they reach the platform over it. Default: <c>bridge</c>.</summary>
    public string Network { get; set; } = "bridge";

    /// <summary>Where containers reach the platform, as an origin. Default: <c>PublicUrl</c>.</summary>
    public string? PlatformUrl { get; set; }

    /// <summary>Where tokens are put for containers: a folder in memory (tmpfs), of this node alone. Default: <c>/dev/shm/platform-runs</c>.</summary>
    public string TokenDirectory { get; set; } = "/dev/shm/platform-runs";

    /// <summary>How long one token of a run lives; it is renewed at half of that. Default: 15 min.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the machine looks for runs that wait, and for those that were cancelled or have lost their rights. Default: 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a container that is to end may take before it is killed. Default: 10 s.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many processes and threads a container may have. Default: 256.</summary>
    public int Pids { get; set; } = 256;

    /// <summary>What a container may write to <c>/tmp</c>, and as much again to <c>/var/tmp</c>, in bytes of its memory. Default: 64 MiB.</summary>
    public long ScratchBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How large the inputs of a run may be together, in bytes; they lie in the machine's memory. Default: 32 MiB.</summary>
    public long InputBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>Whether this node starts containers.</summary>
    public bool IsMachine => !string.IsNullOrEmpty(Runtime);

    /// <summary>The path of the socket.</summary>
    public string Socket => new Uri(Runtime!).LocalPath;

    /// <summary>The numbers of <see cref="User"/>.</summary>
    public (uint User, uint Group) Ids
    {
        get
        {
            var parts = User.Split(':');
            return (uint.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), uint.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>Refuses settings with which nothing would run, or not as it should.</summary>
internal sealed class MachineOptionsValidation : IValidateOptions<MachineOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MachineOptions options)
    {
        var failures = new List<string>();
        Check(
            !options.IsMachine || (Uri.TryCreate(options.Runtime, UriKind.Absolute, out var socket) && socket is { Scheme: "unix", Host: "" } && socket.LocalPath.Length > 1),
            nameof(options.Runtime), options.Runtime, "the socket of a container engine as unix:///path");
        Check(options.Machine.Length is > 0 and <= 128 && options.Machine.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'), nameof(options.Machine), options.Machine, "1 to 128 letters, digits, '.', '-' and '_'");
        Check(options.Capacity is >= 1 and <= 1000, nameof(options.Capacity), options.Capacity, "between 1 and 1000");
        Check(IsUser(options.User), nameof(options.User), options.User, "uid:gid in numbers, neither of them 0");
        Check(options.Network.Length is > 0 and <= 128 && !options.Network.StartsWith("container:", StringComparison.Ordinal), nameof(options.Network), options.Network, "the name of a network");
        Check(
            options.PlatformUrl is null || (Uri.TryCreate(options.PlatformUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/" && url.UserInfo.Length == 0),
            nameof(options.PlatformUrl), options.PlatformUrl, "an http or https URL without user information, path, query and fragment");
        Check(Path.IsPathFullyQualified(options.TokenDirectory), nameof(options.TokenDirectory), options.TokenDirectory, "an absolute path");
        Check(options.TokenLifetime >= TimeSpan.FromSeconds(2) && options.TokenLifetime <= TimeSpan.FromHours(24), nameof(options.TokenLifetime), options.TokenLifetime, "between 2 s and 24 h");
        Check(options.PollInterval >= TimeSpan.FromMilliseconds(50) && options.PollInterval <= RunMachines.Interval, nameof(options.PollInterval), options.PollInterval, $"between 50 ms and {RunMachines.Interval}");
        Check(options.StopGrace >= TimeSpan.Zero && options.StopGrace <= TimeSpan.FromMinutes(10), nameof(options.StopGrace), options.StopGrace, "between 0 and 10 min");
        Check(options.Pids >= 1, nameof(options.Pids), options.Pids, "at least 1");
        Check(options.InputBytes >= 0, nameof(options.InputBytes), options.InputBytes, "at least 0");
        Check(options.ScratchBytes >= 4096, nameof(options.ScratchBytes), options.ScratchBytes, "at least 4096");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check<T>(bool holds, string setting, T value, string what)
        {
            if (!holds)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{RunOptions.Section}:{setting} is '{value}'; it has to be {what}."));
            }
        }
    }

    private static bool IsUser(string text) =>
        text.Split(':') is [var user, var group]
        && uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid is > 0 and < int.MaxValue
        && uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var gid) && gid is > 0 and < int.MaxValue;
}
