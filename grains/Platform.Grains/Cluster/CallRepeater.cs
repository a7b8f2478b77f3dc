using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Platform.Storage;

namespace Platform.Grains.Cluster;

/// <summary>
/// A grain's interface whose idempotent methods are repeated after a conflicting write. What is still in conflict after
/// <see cref="Attempts"/> tries, and every conflict of another method, becomes a <see cref="ConflictException"/>.
/// </summary>
/// <typeparam name="T">The grain's interface.</typeparam>
internal class CallRepeater<T> : DispatchProxy
    where T : class
{
    private const int Attempts = 12;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);
    private static readonly ConcurrentDictionary<MethodInfo, Func<CallRepeater<T>, object?[], object>> Calls = new();
    private T _grain = null!;
    private IEngineFaults _faults = null!;

    public static T Around(T grain, IEngineFaults faults)
    {
        var proxy = Create<T, CallRepeater<T>>();
        var repeater = (CallRepeater<T>)(object)proxy;
        repeater._grain = grain;
        repeater._faults = faults;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Calls.GetOrAdd(targetMethod!, Prepare)(this, args ?? []);

    private static Func<CallRepeater<T>, object?[], object> Prepare(MethodInfo method)
    {
        var attempts = method.IsDefined(typeof(IdempotentAttribute), inherit: true) ? Attempts : 1;
        if (method.ReturnType == typeof(Task))
        {
            return (self, args) => RepeatAsync(self, async () =>
            {
                await (Task)self.Call(method, args);
                return true;
            }, attempts);
        }

        if (!method.ReturnType.IsGenericType || method.ReturnType.GetGenericTypeDefinition() != typeof(Task<>))
        {
            throw new NotSupportedException($"{typeof(T).Name}.{method.Name} must return Task or Task<T>.");
        }

        var result = method.ReturnType.GetGenericArguments()[0];
        var caller = typeof(CallRepeater<T>).GetMethod(nameof(PrepareTyped), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(result);
        return (Func<CallRepeater<T>, object?[], object>)caller.Invoke(null, [method, attempts])!;
    }

    private static Func<CallRepeater<T>, object?[], object> PrepareTyped<TResult>(MethodInfo method, int attempts) =>
        (self, args) => RepeatAsync(self, () => (Task<TResult>)self.Call(method, args), attempts);

    private static async Task<TResult> RepeatAsync<TResult>(CallRepeater<T> self, Func<Task<TResult>> call, int attempts)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (InconsistentStateException) when (attempt < attempts)
            {
                // The jitter keeps nodes that met once from meeting again.
                var ceiling = Math.Min(LongestWait.TotalMilliseconds, FirstWait.TotalMilliseconds * (1 << Math.Min(attempt, 10)));
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * ceiling));
            }
            catch (InconsistentStateException conflict)
            {
                throw new ConflictException("Another node changed the same thing at the same time.", conflict);
            }
            catch (Exception failure) when (failure is StateUnavailableException || self._faults.IsUnavailable(failure))
            {
                throw new StorageUnavailableException("The grain, its node or the database could not be reached.", failure);
            }
        }
    }

    private object Call(MethodInfo method, object?[] args)
    {
        try
        {
            return method.Invoke(_grain, args)!;
        }
        catch (TargetInvocationException thrown) when (thrown.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(thrown.InnerException);
            throw;
        }
    }
}
