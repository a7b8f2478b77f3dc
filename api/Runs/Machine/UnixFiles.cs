using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Platform.Api.Runs.Machine;

/// <summary>What Unix knows of files and the framework does not say: whose they are.</summary>
internal static partial class UnixFiles
{
    // <fcntl.h>, <linux/stat.h>
    private const int FromHere = -100;
    private const int DoNotFollow = 0x100;
    private const uint TypeModeOwner = 0x1 | 0x2 | 0x8;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int WritableByOthers = 0x12;

    /// <summary>Whether a path is a folder, and no link to one, that belongs to this process's user and that nobody else may write to.</summary>
    public static bool IsOwnFolder(string path)
    {
        var status = new byte[256];
        if (Status(FromHere, path, DoNotFollow, TypeModeOwner, status) != 0)
        {
            return false;
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeOffset));
        return BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(OwnerOffset)) == EffectiveUser() && (mode & TypeMask) == Folder && (mode & WritableByOthers) == 0;
    }

    /// <summary>Gives a file or folder to a user and group; a link itself, never what it leads to.</summary>
    /// <returns>What is in the way, in the system's words; null: nothing.</returns>
    public static string? TryGive(string path, uint user, uint group) => ChangeOwner(path, user, group) == 0 ? null : Marshal.GetLastPInvokeErrorMessage();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, [Out] byte[] status);
}
