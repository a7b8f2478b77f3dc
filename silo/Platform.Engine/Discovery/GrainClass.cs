using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Platform.Engine.Activations;
using Platform.Engine.Persistence;
using Platform.Engine.References;

namespace Platform.Engine.Discovery;

/// <summary>A grain class that follows the rules, ready to be called.</summary>
internal sealed class GrainClass
{
    private readonly ConstructorInvoker _constructor;
    private readonly Func<Activation, object?>[] _arguments;
    private readonly Dictionary<MethodInfo, GrainMethod> _methods;

    public GrainClass(string name, Type type, Type grainInterface)
    {
        Name = name;
        Interface = grainInterface;
        IsRemindable = type.IsAssignableTo(typeof(IRemindable));
        var constructor = type.GetConstructors().Single();
        _constructor = ConstructorInvoker.Create(constructor);
        _arguments = [.. constructor.GetParameters().Select(ArgumentOf)];
        _methods = GrainShape.MethodsOf(grainInterface).ToDictionary(method => method, GrainMethod.Compile);
    }

    /// <summary>The grain type's name, apart from the class's.</summary>
    public string Name { get; }

    public Type Interface { get; }

    public bool IsRemindable { get; }

    public GrainMethod MethodOf(MethodInfo definition) => _methods[definition];

    /// <summary>Makes the grain of an activation.</summary>
    public Grain Create(Activation activation)
    {
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _arguments[i](activation);
        }

        return activation.Construct(_constructor, arguments);
    }

    private static Func<Activation, object?> ArgumentOf(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            var type = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());
            var constructor = ConstructorInvoker.Create(type.GetConstructors().Single());
            return activation => constructor.Invoke(activation, activation.Engine.States, state.StateName);
        }

        var service = parameter.ParameterType;
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return activation => activation.Services.GetRequiredKeyedService(service, keyed.Key);
        }

        return parameter.HasDefaultValue
            ? activation => activation.Services.GetService(service) ?? parameter.DefaultValue
            : activation => activation.Services.GetRequiredService(service);
    }
}
