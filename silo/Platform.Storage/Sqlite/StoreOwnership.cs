using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Platform.Storage.Sqlite;

/// <summary>The process that has a SQLite store open.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="ControlSocket">Where it takes commands; null where it takes none.</param>
public sealed record StoreOwner(int ProcessId, string? ControlSocket);

/// <summary>
/// One process owns a SQLite store: it alone knows the committed versions. The operating system's lock on <c>.lock</c> says that the
/// store is open and goes with the process, however that ends; <c>.owner</c> beside it says who has it, for those who find it locked.
/// </summary>
public sealed class StoreOwnership : IDisposable
{
    // Somebody who only asks who has the store holds the lock for an instant, too.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly FileStream _lock;
    private readonly string _ownerPath;

    private StoreOwnership(FileStream lockStream, string ownerPath)
    {
        _lock = lockStream;
        _ownerPath = ownerPath;
    }

    /// <summary>Takes the store, or says who has it.</summary>
    /// <exception cref="StoreOwnedException">Another process has it open.</exception>
    public static StoreOwnership Acquire(string storePath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(storePath))!);
        FileStream? stream = null;
        if (!SpinWait.SpinUntil(() => TryLock(storePath, out stream), s_patience))
        {
            throw new StoreOwnedException(storePath, ReadOwner(storePath));
        }

        var ownership = new StoreOwnership(stream!, OwnerPath(storePath));
        ownership.Announce(controlSocket: null);
        return ownership;
    }

    /// <summary>Who has the store open; null where nobody has.</summary>
    public static StoreOwner? FindOwner(string storePath)
    {
        if (!File.Exists(LockPath(storePath)))
        {
            return null;
        }

        if (TryLock(storePath, out var stream))
        {
            stream.Dispose();
            return null;
        }

        return ReadOwner(storePath) ?? new StoreOwner(0, null);
    }

    /// <summary>Says where this process takes commands for the store.</summary>
    public void Announce(string? controlSocket)
    {
        var temporary = _ownerPath + ".new";
        File.WriteAllLines(temporary, [Environment.ProcessId.ToString(CultureInfo.InvariantCulture), controlSocket ?? ""]);
        File.Move(temporary, _ownerPath, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The lock file stays: deleting it would let two processes lock two files of one name.
        File.Delete(_ownerPath);
        _lock.Dispose();
    }

    private static string LockPath(string storePath) => storePath + ".lock";

    private static string OwnerPath(string storePath) => storePath + ".owner";

    private static bool TryLock(string storePath, [NotNullWhen(true)] out FileStream? stream)
    {
        try
        {
            stream = new FileStream(LockPath(storePath), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            stream = null;
            return false;
        }
    }

    private static StoreOwner? ReadOwner(string storePath)
    {
        try
        {
            var lines = File.ReadAllLines(OwnerPath(storePath));
            return lines.Length == 2 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var id)
                ? new StoreOwner(id, lines[1].Length == 0 ? null : lines[1])
                : null;
        }
        catch (FileNotFoundException)
        {
            // The owner has the lock and has not come to write this file, or is just leaving.
            return null;
        }
    }
}

/// <summary>Another process has the SQLite store open.</summary>
public sealed class StoreOwnedException : Exception
{
    /// <summary>Without words.</summary>
    public StoreOwnedException()
    {
    }

    /// <summary>With words.</summary>
    public StoreOwnedException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public StoreOwnedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal StoreOwnedException(string storePath, StoreOwner? owner)
        : base(owner is null
            ? $"The store {storePath} is open in another process. A SQLite store has one process; several nodes need PostgreSQL."
            : $"The store {storePath} is open in process {owner.ProcessId}. A SQLite store has one process; several nodes need PostgreSQL.") =>
        Owner = owner;

    /// <summary>Who has it; null where that is not known.</summary>
    public StoreOwner? Owner { get; }
}
