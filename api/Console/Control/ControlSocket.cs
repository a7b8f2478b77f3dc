using System.Text;

namespace Platform.Api.Console.Control;

/// <summary>The file of the control socket, in a directory that only this user enters.</summary>
/// <param name="Path">The socket.</param>
internal sealed record ControlSocket(string Path)
{
    /// <summary>What <c>sun_path</c> takes on Linux (108) and macOS (104), less its final null.</summary>
    private const int MaxPathBytes = 103;

    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the directory beside the store; where that path is too long for a socket, among the temporary files.</summary>
    internal static ControlSocket Prepare(string storePath)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("There are no file modes to protect a control socket with.");
        }

        var socket = System.IO.Path.Combine(storePath + ".control", "socket");
        if (Encoding.UTF8.GetByteCount(socket) > MaxPathBytes)
        {
            // The system makes this one with mode 0700.
            return new ControlSocket(System.IO.Path.Combine(Directory.CreateTempSubdirectory("platform-").FullName, "socket"));
        }

        var directory = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(socket)!, DirectoryMode);
        File.SetUnixFileMode(directory.FullName, DirectoryMode);

        // Left by a process that was killed; this one has the store now.
        File.Delete(socket);
        return new ControlSocket(socket);
    }

    /// <summary>Leaves the bound socket to its owner alone.</summary>
    internal void Restrict()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, SocketMode);
        }
    }

    /// <summary>Deletes the socket and its directory.</summary>
    internal void Delete()
    {
        File.Delete(Path);
        Directory.Delete(System.IO.Path.GetDirectoryName(Path)!);
    }
}
