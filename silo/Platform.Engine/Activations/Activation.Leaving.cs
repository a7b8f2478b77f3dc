namespace Platform.Engine.Activations;

/// <content>How an activation leaves memory, and what becomes of the calls that still wait for it.</content>
internal sealed partial class Activation
{
    private DeactivationReason? _leaving;

    // A node that stops takes no new calls, so those that wait are served first. Any other activation that leaves has a successor for them.
    private bool HoldsCallsBack => _leaving is { ReasonCode: not DeactivationReasonCode.ShuttingDown };

    /// <summary>Leaves memory after the turns that are under way.</summary>
    public void Leave(DeactivationReason reason)
    {
        lock (_lock)
        {
            if (_phase is Phase.Deactivating or Phase.Gone)
            {
                return;
            }

            if (!HoldsCallsBack)
            {
                _leaving = reason;
            }

            Pump();
        }
    }

    /// <summary>Leaves memory where nothing runs or waits, no delay holds it, and it was not used since <paramref name="usedBefore"/>.</summary>
    public bool TryLeave(long usedBefore, DeactivationReason reason)
    {
        lock (_lock)
        {
            if (!CanLeave(usedBefore))
            {
                return false;
            }

            _leaving = reason;
            Pump();
            return true;
        }
    }

    /// <summary>Whether it is on its way out.</summary>
    public bool IsLeaving
    {
        get
        {
            lock (_lock)
            {
                return _leaving is not null;
            }
        }
    }

    /// <summary>Whether <see cref="TryLeave"/> would let it go now.</summary>
    public bool CanLeaveNow(long usedBefore)
    {
        lock (_lock)
        {
            return CanLeave(usedBefore);
        }
    }

    private bool CanLeave(long usedBefore) =>
        _phase == Phase.Active
        && _leaving is null
        && IsIdle
        && NobodyWaits
        && LastUsed <= usedBefore
        && Volatile.Read(ref _keepUntil) <= Engine.Clock.GetUtcNow().UtcTicks;

    private void LeaveWhereIdle()
    {
        if (_leaving is { } reason && IsIdle && (HoldsCallsBack || NobodyWaits))
        {
            _phase = Phase.Deactivating;
            Start(() => DeactivateAsync(reason));
        }
    }

    /// <summary>Leaves the directory. Where calls still wait, a successor takes them before it can be seen, so that none overtakes them.</summary>
    private void End(Exception? failure)
    {
        Queue<GrainCall>? waiting;
        Activation? successor = null;
        lock (_lock)
        {
            _phase = Phase.Gone;
            waiting = _waiting is null ? null : new Queue<GrainCall>(_waiting.Where(call => !call.Method.IsTick));
            _waiting = null;
            failure ??= Engine.WhyKilled;
            if (failure is null && waiting is { Count: > 0 })
            {
                successor = new Activation(Engine, Class, Key) { _waiting = waiting, _phase = Phase.Activating };
                foreach (var call in waiting)
                {
                    call.AssignTo(successor);
                }
            }

            Engine.Activations.Replace(this, successor);
            _gone?.TrySetResult();
        }

        if (successor is not null)
        {
            successor.Start(successor.ActivateAsync);
            return;
        }

        foreach (var call in waiting ?? [])
        {
            call.Fail(failure!);
        }
    }
}
