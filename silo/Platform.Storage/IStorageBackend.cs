namespace Platform.Storage;

/// <summary>What one kind of database provides.</summary>
internal interface IStorageBackend : IAsyncDisposable
{
    IStateStore States { get; }

    IActivityStore Activity { get; }

    IDatabase Database { get; }

    /// <summary>Says to other processes on this machine where this one takes commands; nothing where the database is shared.</summary>
    void Announce(string? controlSocket);

    /// <summary>Brings the schema up to date; nothing else is called before it.</summary>
    Task StartAsync(CancellationToken cancellationToken);
}
