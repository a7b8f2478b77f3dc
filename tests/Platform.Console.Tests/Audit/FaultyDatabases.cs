using System.Data.Common;
using Platform.Storage;

namespace Platform.Console.Tests.Audit;

/// <summary>Holds the first write back.</summary>
internal sealed class SlowDatabase(IDatabase inner) : PassingDatabase(inner)
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task;

    public int Writes { get; private set; }

    public void Release() => _released.SetResult();

    public override async ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        Writes++;
        _entered.TrySetResult();
        await _released.Task;
        return await base.WriteAsync(write, cancellationToken);
    }
}

/// <summary>Commits, and loses the answer.</summary>
internal sealed class DoubtfulDatabase(IDatabase inner) : PassingDatabase(inner)
{
    public bool LoseNextAnswer { get; set; }

    public override async ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var result = await base.WriteAsync(write, cancellationToken);
        if (!LoseNextAnswer)
        {
            return result;
        }

        LoseNextAnswer = false;
        throw new StorageUnavailableException("The answer was lost.");
    }
}

/// <summary>Passes everything on.</summary>
internal abstract class PassingDatabase(IDatabase inner) : IDatabase
{
    public bool IsShared => inner.IsShared;

    public ValueTask<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken) => inner.ReadAsync(read, cancellationToken);

    public virtual ValueTask<T> WriteAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        inner.WriteAsync(write, cancellationToken);

    public ValueTask ExclusivelyAsync(string name, Func<CancellationToken, Task> action, CancellationToken cancellationToken) =>
        inner.ExclusivelyAsync(name, action, cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken) => inner.PingAsync(cancellationToken);
}
