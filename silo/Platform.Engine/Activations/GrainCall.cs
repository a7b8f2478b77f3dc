using System.Reflection;
using Platform.Engine.References;

namespace Platform.Engine.Activations;

/// <summary>One call of one method of one grain, from the reference to the answer.</summary>
internal abstract class GrainCall(GrainMethod method, object?[] arguments) : IIncomingGrainCallContext
{
    private static readonly Action<object?> RunTurn = static call => ((GrainCall)call!).Run();
    private static readonly Action<Task, object?> EndTurn = static (_, call) => ((GrainCall)call!).Finish();

    private Activation? _activation;
    private Task? _turn;
    private int _stage;

    public GrainMethod Method { get; } = method;

    public object?[] Arguments { get; } = arguments;

    /// <summary>When it began to wait for its turn, as a timestamp.</summary>
    public long WaitingSince { get; set; }

    /// <summary>What the grain gave back; null until its turn began.</summary>
    public Task? Body { get; private set; }

    /// <summary>What the caller gets: the grain's own task where the turn has ended by now.</summary>
    public abstract Task Outcome { get; }

    /// <summary>Whether the caller no longer waits: the time is up, the call was cancelled, or it failed.</summary>
    public abstract bool IsAnswered { get; }

    /// <summary>The grain's own task, where filters stand before it.</summary>
    protected Task? GrainTask { get; private set; }

    public object Grain => _activation!.Grain!;

    public MethodInfo InterfaceMethod => Method.Definition;

    /// <summary>Runs the turn. Made where the call was, so that the caller's execution context (its trace) flows into the grain.</summary>
    public Task Turn => _turn ??= new Task(RunTurn, this);

    /// <summary>Makes this activation the one that takes the call.</summary>
    public void AssignTo(Activation activation) => _activation = activation;

    /// <summary>From here on somebody waits for the answer: the time-out and the caller's cancellation count.</summary>
    public abstract void ExpectAnswer(Activation activation);

    /// <summary>Answers with an exception, as it is.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Goes on to the next filter, and after the last one to the grain.</summary>
    public Task Invoke()
    {
        var filters = _activation!.Engine.Filters;
        if (_stage == filters.Length)
        {
            return GrainTask = InvokeGrain();
        }

        var filter = filters[_stage++];
        Task task;
        try
        {
            task = filter.Invoke(this);
        }
        catch
        {
            _stage--;
            throw;
        }

        if (!task.IsCompleted)
        {
            return UnwindAsync(task);
        }

        _stage--;
        return task;
    }

    /// <summary>Hands the body's outcome to whoever waits for it.</summary>
    protected abstract void Answer(Task body);

    /// <summary>The body of a call whose filters took their time.</summary>
    protected abstract Task JoinAsync(Task filters);

    /// <summary>The body of a call that failed before there was a task.</summary>
    protected abstract Task Failed(Exception exception);

    private async Task UnwindAsync(Task filter)
    {
        try
        {
            await filter;
        }
        finally
        {
            _stage--;
        }
    }

    private void Run()
    {
        try
        {
            Body = RunBody();
        }
        catch (Exception exception)
        {
            Body = Failed(exception);
        }

        if (Body.IsCompleted)
        {
            Finish();
            return;
        }

        ExpectAnswer(_activation!);
        Body.ContinueWith(EndTurn, this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private Task RunBody()
    {
        if (_activation!.Engine.Filters.Length == 0)
        {
            return InvokeGrain();
        }

        var filters = Invoke();
        return filters.IsCompletedSuccessfully && GrainTask is { } grain ? grain : JoinAsync(filters);
    }

    private Task InvokeGrain() =>
        Method.Invoke(_activation!.Grain!, Arguments)
        ?? throw new InvalidOperationException($"{Method.FullName} returned null where a task is due.");

    private void Finish()
    {
        _activation!.EndTurn(this);
        Answer(Body!);
    }
}

/// <summary>A call with the result that it answers with.</summary>
internal sealed class GrainCall<TResult>(GrainMethod method, object?[] arguments, CancellationToken cancellationToken)
    : GrainCall(method, arguments)
{
    private static readonly TimerCallback TimeUp = static call => ((GrainCall<TResult>)call!).FailInTime();
    private static readonly Action<object?> Cancelled = static call => ((GrainCall<TResult>)call!).Cancel();

    private TaskCompletionSource<TResult>? _answer;
    private CancellationTokenRegistration _cancellation;
    private ITimer? _deadline;
    private TimeSpan _timeout;

    public override bool IsAnswered => _answer is { Task.IsCompleted: true };

    public override Task Outcome => _answer?.Task ?? Body!;

    public override void ExpectAnswer(Activation activation)
    {
        if (_answer is not null)
        {
            return;
        }

        // Asynchronously: the caller's continuation must not run within the grain's turn.
        _answer = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Method.IsTick)
        {
            return;
        }

        _timeout = activation.Engine.Options.ResponseTimeout;
        _deadline = activation.Engine.Clock.CreateTimer(TimeUp, this, _timeout, Timeout.InfiniteTimeSpan);
        _cancellation = cancellationToken.UnsafeRegister(Cancelled, this);
        if (IsAnswered)
        {
            StopWaiting();
        }
    }

    public override void Fail(Exception exception)
    {
        if (_answer!.TrySetException(exception))
        {
            StopWaiting();
        }
    }

    protected override void Answer(Task body)
    {
        if (_answer is null)
        {
            return;
        }

        if (body is Task<TResult> typed ? _answer.TrySetFromTask(typed) : TrySetFromTask(body))
        {
            StopWaiting();
        }
        else
        {
            // The caller has left; nobody else will look at this exception.
            _ = body.Exception;
        }
    }

    protected override Task JoinAsync(Task filters) => JoinTypedAsync(filters);

    protected override Task Failed(Exception exception) => Task.FromException<TResult>(exception);

    private async Task<TResult> JoinTypedAsync(Task filters)
    {
        await filters;
        switch (GrainTask)
        {
            case Task<TResult> grain:
                return await grain;
            case { } grain:
                await grain;
                return default!;
            default:
                throw new InvalidOperationException($"A call filter answered {Method.FullName} without calling it.");
        }
    }

    private bool TrySetFromTask(Task body) => body.Status switch
    {
        TaskStatus.RanToCompletion => _answer!.TrySetResult(default!),
        TaskStatus.Canceled => _answer!.TrySetCanceled(),
        _ => _answer!.TrySetException(body.Exception!.InnerExceptions),
    };

    private void FailInTime() =>
        Fail(new TimeoutException($"{Method.FullName} did not answer within {_timeout}."));

    private void Cancel()
    {
        if (_answer!.TrySetCanceled(cancellationToken))
        {
            StopWaiting();
        }
    }

    private void StopWaiting()
    {
        _deadline?.Dispose();
        _cancellation.Unregister();
    }
}
