using Platform.Engine.References;

namespace Platform.Engine.Activations;

/// <content>Which call may begin when. Everything here is decided under one lock and runs nothing of the grain within it.</content>
internal sealed partial class Activation
{
    private readonly Lock _lock = new();
    private readonly TurnScheduler _scheduler = new();
    private Queue<GrainCall>? _waiting;
    private Phase _phase;
    private bool _exclusive;
    private int _readers;
    private int _interleaved;

    private bool IsIdle => !_exclusive && _readers == 0 && _interleaved == 0;

    private bool NobodyWaits => _waiting is null or { Count: 0 };

    /// <summary>Takes a call: runs its turn on this thread where it can, and lets it wait where it must.</summary>
    /// <returns>False where the activation is gone, and the directory holds another one or none.</returns>
    public bool TryAccept(GrainCall call)
    {
        call.AssignTo(this);
        var activates = false;
        lock (_lock)
        {
            if (_phase == Phase.Gone)
            {
                return false;
            }

            if (MayBegin(call))
            {
                Begin(call);
            }
            else
            {
                Wait(call);
                if (_phase != Phase.New)
                {
                    return true;
                }

                _phase = Phase.Activating;
                activates = true;
            }
        }

        if (activates)
        {
            Activate();
        }
        else if (!HasStack || !_scheduler.TryRunHere(call.Turn))
        {
            call.ExpectAnswer(this);
            call.Turn.Start(_scheduler);
        }

        return true;
    }

    /// <summary>A turn is over; those that waited for it begin.</summary>
    public void EndTurn(GrainCall call)
    {
        Engine.Metrics.TurnEnded(Class.Name);
        if (call.Method.CountsAsUse)
        {
            Touch();
        }

        lock (_lock)
        {
            switch (call.Method.Interleaving)
            {
                case Interleaving.Always:
                    _interleaved--;
                    break;
                case Interleaving.ReadOnly:
                    _readers--;
                    break;
                default:
                    _exclusive = false;
                    break;
            }

            Pump();
        }
    }

    private static bool HasStack => System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack();

    private bool MayBegin(GrainCall call)
    {
        if (_phase != Phase.Active)
        {
            return false;
        }

        // While it leaves, only what the turns under way may themselves be waiting for begins.
        return call.Method.Interleaving == Interleaving.Always
            ? !HoldsCallsBack || !IsIdle
            : !HoldsCallsBack && NobodyWaits && MayRunBesideOthers(call.Method.Interleaving);
    }

    private bool MayRunBesideOthers(Interleaving interleaving) =>
        interleaving == Interleaving.Always
        || (!_exclusive && (_readers == 0 || interleaving == Interleaving.ReadOnly));

    private void Begin(GrainCall call)
    {
        switch (call.Method.Interleaving)
        {
            case Interleaving.Always:
                _interleaved++;
                break;
            case Interleaving.ReadOnly:
                _readers++;
                break;
            default:
                _exclusive = true;
                break;
        }
    }

    private void Wait(GrainCall call)
    {
        call.WaitingSince = Engine.Metrics.StartWait();
        call.ExpectAnswer(this);
        _ = call.Turn;
        (_waiting ??= new Queue<GrainCall>(2)).Enqueue(call);
    }

    // In their order: a waiting write is not overtaken by reads that came after it.
    private void Pump()
    {
        if (_phase != Phase.Active)
        {
            return;
        }

        while (!HoldsCallsBack && _waiting is not null && _waiting.TryPeek(out var call))
        {
            if (!call.IsAnswered)
            {
                if (!MayRunBesideOthers(call.Method.Interleaving))
                {
                    return;
                }

                Begin(call);
                Engine.Metrics.Waited(call.WaitingSince);
                call.Turn.Start(_scheduler);
            }

            _waiting.Dequeue();
        }

        LeaveWhereIdle();
    }

    private void Activate()
    {
        var activation = new Task<Task>(ActivateAsync);
        if (!HasStack || !_scheduler.TryRunHere(activation))
        {
            activation.Start(_scheduler);
        }
    }

    private void Start(Func<Task> work)
    {
        // Nobody's call: the execution context of whoever happens to be here is not to flow into it.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            new Task<Task>(work).Start(_scheduler);
        }
    }

    private void BecomeActive()
    {
        Engine.Metrics.Activated(Class.Name);
        lock (_lock)
        {
            _phase = Phase.Active;
            Touch();
            BeginInterleaving();

            // The call that woke the grain is answered even where the grain asked to leave while it woke; otherwise it would wake the next one, and so on.
            if (HoldsCallsBack && IsIdle && _waiting is not null && _waiting.TryDequeue(out var first))
            {
                Begin(first);
                first.Turn.Start(_scheduler);
            }

            Pump();
        }
    }

    // What may run beside anything waits for the activation alone, and not for those that came before.
    private void BeginInterleaving()
    {
        for (var left = _waiting?.Count ?? 0; left > 0; left--)
        {
            var call = _waiting!.Dequeue();
            if (call.Method.Interleaving == Interleaving.Always)
            {
                Begin(call);
                call.Turn.Start(_scheduler);
            }
            else
            {
                _waiting.Enqueue(call);
            }
        }
    }
}
