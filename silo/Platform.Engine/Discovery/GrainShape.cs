using System.Reflection;

namespace Platform.Engine.Discovery;

/// <summary>What a grain class and its interface have to look like. Every check reports in words; nothing throws.</summary>
internal static class GrainShape
{
    /// <summary>The grain types' names: that of the attribute, or the class's without "Grain".</summary>
    public static string NameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
        {
            return named.GrainType;
        }

        const string Suffix = nameof(Grain);
        var name = type.Name.EndsWith(Suffix, StringComparison.Ordinal) && type.Name.Length > Suffix.Length ? type.Name[..^Suffix.Length] : type.Name;
        return name.ToLowerInvariant();
    }

    /// <summary>The interfaces that a class is called through: those that no other of its grain interfaces extends.</summary>
    public static IReadOnlyList<Type> InterfacesOf(Type type)
    {
        var all = type.GetInterfaces()
            .Where(candidate => candidate != typeof(IGrainWithStringKey) && candidate.IsAssignableTo(typeof(IGrainWithStringKey)))
            .ToList();
        return [.. all.Where(candidate => !all.Any(other => other != candidate && other.IsAssignableTo(candidate)))];
    }

    /// <summary>The methods of a grain interface, inherited ones included.</summary>
    public static IEnumerable<MethodInfo> MethodsOf(Type grainInterface) =>
        grainInterface.GetInterfaces().Prepend(grainInterface).SelectMany(type => type.GetMethods()).Where(method => !method.IsStatic);

    /// <summary>The names of a class's states.</summary>
    public static IEnumerable<string> StatesOf(Type type) => type.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName)
        .OfType<string>();

    /// <summary>What is wrong with a class.</summary>
    public static IEnumerable<string> FailuresOfClass(Type type)
    {
        if (type.IsGenericTypeDefinition)
        {
            yield return $"{type.Name}: a grain class is not generic.";
            yield break;
        }

        var interfaces = InterfacesOf(type);
        if (interfaces.Count != 1)
        {
            yield return interfaces.Count == 0
                ? $"{type.Name}: a grain class implements an interface derived from {nameof(IGrainWithStringKey)}; this one has none."
                : $"{type.Name}: a grain class has one grain interface; this one has {string.Join(", ", interfaces.Select(found => found.Name))}.";
        }

        var constructors = type.GetConstructors();
        if (constructors.Length != 1)
        {
            yield return $"{type.Name}: a grain class has one public constructor; this one has {constructors.Length}.";
            yield break;
        }

        foreach (var parameter in constructors[0].GetParameters())
        {
            if (FailureOfParameter(parameter) is { } failure)
            {
                yield return $"{type.Name}: the constructor's parameter '{parameter.Name}' {failure}";
            }
        }
    }

    /// <summary>What is wrong with a grain interface.</summary>
    public static IEnumerable<string> FailuresOfInterface(Type grainInterface)
    {
        if (grainInterface.IsGenericType)
        {
            yield return $"{grainInterface.Name}: a grain interface is not generic.";
            yield break;
        }

        foreach (var method in MethodsOf(grainInterface))
        {
            foreach (var failure in FailuresOfMethod(method))
            {
                yield return $"{grainInterface.Name}.{method.Name}: {failure}";
            }
        }
    }

    private static string? FailureOfParameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var isState = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPersistentState<>);
        if (!parameter.IsDefined(typeof(PersistentStateAttribute)))
        {
            return isState ? $"is a state without [{nameof(PersistentStateAttribute)[..^9]}]." : null;
        }

        if (!isState)
        {
            return $"is marked as state, but its type is not {nameof(IPersistentState<object>)}.";
        }

        var state = type.GetGenericArguments()[0];
        return state.IsValueType || state.GetConstructor(Type.EmptyTypes) is not null
            ? null
            : $"has a state of type {state.Name}, which has no public parameterless constructor.";
    }

    private static IEnumerable<string> FailuresOfMethod(MethodInfo method)
    {
        if (method.IsSpecialName)
        {
            yield return "a grain interface has methods only.";
            yield break;
        }

        if (method.IsGenericMethodDefinition)
        {
            yield return "a grain's method is not generic.";
            yield break;
        }

        if (ResultOf(method.ReturnType) is not { } results)
        {
            yield return $"it returns {method.ReturnType.Name}; a grain's method returns Task, Task<T>, ValueTask or ValueTask<T>.";
            yield break;
        }

        foreach (var parameter in method.GetParameters())
        {
            if (parameter.ParameterType.IsByRef)
            {
                yield return $"the parameter '{parameter.Name}' is passed by reference.";
            }
            else if (!parameter.IsDefined(typeof(ImmutableAttribute)) && Isolation.FindMutable(parameter.ParameterType) is { } mutable)
            {
                yield return $"the parameter '{parameter.Name}' {mutable}";
            }
        }

        foreach (var result in results)
        {
            if (Isolation.FindMutable(result) is { } mutable)
            {
                yield return $"its result {mutable}";
            }
        }
    }

    private static Type[]? ResultOf(Type type)
    {
        if (type == typeof(Task) || type == typeof(ValueTask))
        {
            return [];
        }

        return type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()
            : null;
    }
}
