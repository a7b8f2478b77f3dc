using Platform.Engine.References;

namespace Platform.Engine.Activations;

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
