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
