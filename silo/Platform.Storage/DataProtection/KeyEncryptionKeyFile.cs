using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Platform.Storage.DataProtection;

/// <summary>The file with the key-encryption key.</summary>
public static class KeyEncryptionKeyFile
{
    internal const int KeyLength = 32;

    /// <summary>Makes the file, readable by its owner alone, where there is none. For the demo: elsewhere an operator brings it.</summary>
    public static void CreateIfMissing(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Whole or not at all: written beside, then moved.
        var temporary = $"{path}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(new FileStream(temporary, options)))
        {
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)));
        }

        File.Move(temporary, path, overwrite: false);
    }

    internal static bool TryRead(string path, [NotNullWhen(true)] out byte[]? key)
    {
        var bytes = new byte[KeyLength];
        key = null;
        if (new FileInfo(path).Length <= 1024
            && Convert.TryFromBase64String(File.ReadAllText(path).Trim(), bytes, out var length)
            && length == KeyLength)
        {
            key = bytes;
        }

        return key is not null;
    }
}
