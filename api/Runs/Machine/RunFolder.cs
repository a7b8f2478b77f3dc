using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Platform.Grains.Runs;

namespace Platform.Api.Runs.Machine;

/// <summary>
/// What containers find at <see cref="MountPoint"/>: the token and the inputs, in a folder for each run, in memory alone. The folder is what is
/// mounted, so that a token that is renamed into the place of another is there at once; files belong to the containers' user and are for nobody else.
/// </summary>
internal sealed class RunFolder(IOptions<MachineOptions> options) : IDisposable
{
    /// <summary>Where containers find their folder.</summary>
    public const string MountPoint = "/run/platform";

    private const string Token = "token";
    private const string Inputs = "inputs";
    private const string Start = "start";
    private const string HolderFile = "holder";
    private const string NeedsUnix = "Containers are started on Linux alone.";
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead;
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Others may pass through it to what is theirs, and see nothing.
    private const UnixFileMode Passage = OwnerAll | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private FileStream? _lock;
    private string? _holder;

    /// <summary>The holder's name, once the folder is held.</summary>
    public string Holder => _holder ?? throw new InvalidOperationException("The folder is not held yet.");

    /// <summary>The token's file, as containers see it.</summary>
    public static string TokenFile => $"{MountPoint}/{Token}";

    /// <summary>An input's file, as containers see it.</summary>
    /// <param name="number">Its place among the inputs, from 1.</param>
    public static string InputFile(int number) => string.Create(CultureInfo.InvariantCulture, $"{MountPoint}/{Inputs}/{number}");

    /// <summary>
    /// Makes the folder, and takes it for this process until it ends. What names its holder stays for the next one: as long as the machine runs, it
    /// is the same.
    /// </summary>
    /// <returns>The holder's name; null where another process of this machine has the folder.</returns>
    /// <exception cref="InvalidOperationException">The folder is not in memory, or somebody else's, or its files cannot be given to the containers' user.</exception>
    public string? TryHold()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException(NeedsUnix);
        }

        var path = options.Value.TokenDirectory;
        Directory.CreateDirectory(path, Passage);
        if (!UnixFiles.IsOwnFolder(path))
        {
            // Whoever it belongs to could put links where tokens are written.
            throw new InvalidOperationException($"{RunOptions.Section}:TokenDirectory is {path}, which is not a folder of this node's own user that nobody else may write to.");
        }

        if (new DriveInfo(path).DriveFormat is var format && format != "tmpfs")
        {
            throw new InvalidOperationException($"{RunOptions.Section}:TokenDirectory is {path}, which is on {format}; tokens are kept in memory (tmpfs) alone.");
        }

        TryGiving(path);
        var file = Path.Combine(path, HolderFile);
        FileStream holder;
        try
        {
            // The lock of a process ends with it, however it ends.
            holder = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerReads | UnixFileMode.UserWrite,
            });
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }

        _lock = holder;
        using var reader = new StreamReader(holder, leaveOpen: true);
        if (reader.ReadToEnd() is { Length: > 0 } known)
        {
            return _holder = known;
        }

        _holder = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var writer = new StreamWriter(holder, leaveOpen: true);
        writer.Write(_holder);
        return _holder;
    }

    /// <summary>Whether a run has a folder: none is there any more after the machine was started anew.</summary>
    public bool Has(RunId run) => Directory.Exists(PathOf(run));

    /// <summary>Makes the folder of a run; it may be there already.</summary>
    /// <returns>Its path on this machine.</returns>
    public string Make(RunId run)
    {
        var path = PathOf(run);
        MakeOwned(path);
        MakeOwned(Path.Combine(path, Inputs));
        return path;
    }

    /// <summary>Puts an input into the folder of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="number">The input's place among all, from 1.</param>
    /// <param name="content">The document.</param>
    public void PutInput(RunId run, int number, string content) =>
        Put(Path.Combine(PathOf(run), Inputs), number.ToString(CultureInfo.InvariantCulture), content);

    /// <summary>Puts a token into the folder of a run, in the place of the one before: whoever reads finds the one or the other, whole.</summary>
    public void PutToken(RunId run, string token) => Put(PathOf(run), Token, token);

    /// <summary>Notes that the container of a run is about to be started, before the engine is asked to.</summary>
    public void NoteStart(RunId run) => Put(PathOf(run), Start, "");

    /// <summary>Takes that back: the engine was not reached.</summary>
    public void ForgetStart(RunId run) => File.Delete(Path.Combine(PathOf(run), Start));

    /// <summary>Whether the engine was asked to start the container of a run, whatever it knows of that.</summary>
    public bool WasStarted(RunId run) => File.Exists(Path.Combine(PathOf(run), Start));

    /// <summary>Takes the folder of a run away.</summary>
    public void Remove(RunId run)
    {
        if (Directory.Exists(PathOf(run)))
        {
            Directory.Delete(PathOf(run), recursive: true);
        }
    }

    /// <summary>The runs that have a folder.</summary>
    public IReadOnlyList<RunId> List() =>
        [.. Directory.EnumerateDirectories(options.Value.TokenDirectory).Select(Path.GetFileName).Select(name => RunId.TryParse(name, out var id) ? id : (RunId?)null).OfType<RunId>()];

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private string PathOf(RunId run) => Path.Combine(options.Value.TokenDirectory, run.Value);

    private void MakeOwned(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException(NeedsUnix);
        }

        Directory.CreateDirectory(path, OwnerAll);
        Give(path);
    }

    private void Put(string folder, string name, string content)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException(NeedsUnix);
        }

        var aside = Path.Combine(folder, $".{name}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}");
        using (var file = new FileStream(aside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerReads }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(content));
        }

        Give(aside);
        File.Move(aside, Path.Combine(folder, name), overwrite: true);
    }

    /// <summary>A machine that cannot give its files away is none; runs must not be the first to find out.</summary>
    private void TryGiving(string folder)
    {
        var probe = Path.Combine(folder, $".probe.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}");
        File.WriteAllBytes(probe, []);
        try
        {
            Give(probe);
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private void Give(string path)
    {
        var (user, group) = options.Value.Ids;
        if (UnixFiles.TryGive(path, user, group) is { } fault)
        {
            throw new InvalidOperationException(
                $"{path} cannot be given to {options.Value.User}: {fault}. The node needs root, or CAP_CHOWN and CAP_DAC_OVERRIDE, or {RunOptions.Section}:User has to be its own user and group.");
        }
    }
}
