using Microsoft.Data.Sqlite;

namespace Platform.Storage.Sqlite;

/// <summary>One write on its way through the writer.</summary>
internal abstract class SqliteOperation(IReadOnlyList<StateKey> touched, CancellationToken cancellationToken)
{
    /// <summary>The rows whose version or activity it changes.</summary>
    public IReadOnlyList<StateKey> Touched { get; } = touched;

    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>Runs it; what it returns is answered once the transaction is on disk.</summary>
    public abstract void Run(SqliteConnection connection, SqliteTransaction transaction);

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    public abstract void Cancel();
}

/// <summary>One write with its result.</summary>
internal sealed class SqliteOperation<T>(
    Func<SqliteConnection, SqliteTransaction, T> run,
    IReadOnlyList<StateKey> touched,
    CancellationToken cancellationToken) : SqliteOperation(touched, cancellationToken)
{
    private readonly CancellationToken _cancellationToken = cancellationToken;
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _completion.Task;

    public override void Run(SqliteConnection connection, SqliteTransaction transaction) => _result = run(connection, transaction);

    public override void Complete() => _completion.TrySetResult(_result);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    public override void Cancel() => _completion.TrySetCanceled(_cancellationToken);
}
