namespace Platform.Engine.Activations;

/// <summary>
/// Runs the tasks of one activation one after the other: on the thread pool, or on the thread of a caller that finds it idle.
/// Everything that a turn starts without naming another scheduler comes back here.
/// </summary>
internal sealed class TurnScheduler : TaskScheduler, IThreadPoolWorkItem
{
    // An activation that never runs dry gives its thread back after so many tasks, so that others get theirs.
    private const int TasksInARow = 64;

    private readonly Lock _lock = new();
    private Queue<Task>? _queue;
    private Task? _here;
    private bool _busy;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs the task on this thread where nothing of this activation runs or waits.</summary>
    public bool TryRunHere(Task task)
    {
        lock (_lock)
        {
            if (_busy)
            {
                return false;
            }

            _busy = true;
            _here = task;
        }

        // A synchronization context of the caller would draw the turn's continuations away from here.
        var foreign = SynchronizationContext.Current;
        if (foreign is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        try
        {
            task.RunSynchronously(this);
        }
        finally
        {
            Release();
            if (foreign is not null)
            {
                SynchronizationContext.SetSynchronizationContext(foreign);
            }
        }

        return true;
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var i = 0; i < TasksInARow; i++)
        {
            Task? task;
            lock (_lock)
            {
                if (_queue is null || !_queue.TryDequeue(out task))
                {
                    _busy = false;
                    return;
                }
            }

            TryExecuteTask(task);
        }

        Release();
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            (_queue ??= new Queue<Task>(2)).Enqueue(task);
            if (_busy)
            {
                return;
            }

            _busy = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        if (ReferenceEquals(task, _here))
        {
            _here = null;
            return TryExecuteTask(task);
        }

        // Current is this scheduler only on the thread that holds it.
        return !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return _queue?.ToArray() ?? [];
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            if (_queue is null or { Count: 0 })
            {
                _busy = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
