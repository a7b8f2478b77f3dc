using System.Reflection;

namespace Platform.Engine;

/// <summary>Runs around every call that reaches a grain, within the call's turn.</summary>
public interface IIncomingGrainCallFilter
{
    /// <summary>Does its work and calls <see cref="IIncomingGrainCallContext.Invoke"/> to go on.</summary>
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>One call on its way into a grain.</summary>
public interface IIncomingGrainCallContext
{
    /// <summary>The grain's instance.</summary>
    object Grain { get; }

    /// <summary>The method of the grain's interface.</summary>
    MethodInfo InterfaceMethod { get; }

    /// <summary>Goes on to the next filter, or to the grain.</summary>
    Task Invoke();
}
