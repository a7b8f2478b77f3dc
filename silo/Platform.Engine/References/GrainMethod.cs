using System.Linq.Expressions;
using System.Reflection;
using Platform.Engine.Activations;

namespace Platform.Engine.References;

/// <summary>What a method may run beside.</summary>
internal enum Interleaving
{
    /// <summary>Nothing but what always may.</summary>
    None,

    /// <summary>Others that change nothing.</summary>
    ReadOnly,

    /// <summary>Anything.</summary>
    Always,
}

/// <summary>One method of a grain interface, compiled once.</summary>
internal abstract class GrainMethod(MethodInfo definition, Func<object, object?[], Task> invoke, Interleaving interleaving)
{
    public MethodInfo Definition { get; } = definition;

    public Interleaving Interleaving { get; } = interleaving;

    /// <summary>Interface and method, for messages.</summary>
    public string FullName { get; } = $"{definition.DeclaringType!.Name}.{definition.Name}";

    /// <summary>Whether a turn of it keeps the activation in memory.</summary>
    public bool CountsAsUse { get; init; } = true;

    /// <summary>Whether it is a timer's tick: nobody waits for its answer, and it ends with the activation.</summary>
    public bool IsTick { get; init; }

    /// <summary>Calls the grain itself.</summary>
    public Task Invoke(object grain, object?[] arguments) => invoke(grain, arguments);

    /// <summary>Sends a call to the grain.</summary>
    /// <returns>What the method is declared to return.</returns>
    public abstract object Call(GrainProxy reference, object?[] arguments);

    /// <summary>Sends a call that comes from the engine itself.</summary>
    public abstract GrainCall CreateCall(object?[] arguments);

    /// <summary>Compiles a method of a grain interface.</summary>
    public static GrainMethod Compile(MethodInfo method)
    {
        var interleaving = method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? Interleaving.Always
            : method.IsDefined(typeof(ReadOnlyAttribute)) ? Interleaving.ReadOnly
            : Interleaving.None;
        return Create(method, CompileInvoker(method), interleaving);
    }

    private static GrainMethod Create(MethodInfo method, Func<object, object?[], Task> invoke, Interleaving interleaving)
    {
        var result = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(bool);
        return (GrainMethod)Activator.CreateInstance(typeof(GrainMethod<>).MakeGenericType(result), method, invoke, interleaving)!;
    }

    private static Func<object, object?[], Task> CompileInvoker(MethodInfo method)
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object[]));
        Expression call = Expression.Call(
            Expression.Convert(grain, method.DeclaringType!),
            method,
            method.GetParameters().Select((parameter, i) =>
                Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType)));
        if (method.ReturnType.IsValueType)
        {
            call = Expression.Call(call, nameof(ValueTask.AsTask), typeArguments: null);
        }

        return Expression.Lambda<Func<object, object?[], Task>>(Expression.Convert(call, typeof(Task)), grain, arguments).Compile();
    }
}

/// <summary>A method with its result; <c>bool</c>, never looked at, where it has none.</summary>
internal sealed class GrainMethod<TResult>(MethodInfo definition, Func<object, object?[], Task> invoke, Interleaving interleaving)
    : GrainMethod(definition, invoke, interleaving)
{
    private readonly int _cancellation = Array.FindIndex(definition.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken));

    public override object Call(GrainProxy reference, object?[] arguments)
    {
        var cancellationToken = _cancellation < 0 ? default : (CancellationToken)arguments[_cancellation]!;
        if (cancellationToken.IsCancellationRequested)
        {
            return Declared(Task.FromCanceled<TResult>(cancellationToken));
        }

        var call = new GrainCall<TResult>(this, arguments, cancellationToken);
        try
        {
            reference.Send(call);
        }
        catch (EngineStoppedException exception)
        {
            return Declared(Task.FromException<TResult>(exception));
        }

        return Declared(call.Outcome);
    }

    public override GrainCall CreateCall(object?[] arguments) => new GrainCall<TResult>(this, arguments, CancellationToken.None);

    private object Declared(Task outcome)
    {
        if (!Definition.ReturnType.IsValueType)
        {
            return outcome;
        }

        return Definition.ReturnType.IsGenericType ? new ValueTask<TResult>((Task<TResult>)outcome) : new ValueTask(outcome);
    }
}
