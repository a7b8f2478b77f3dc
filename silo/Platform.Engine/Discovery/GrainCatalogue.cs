using System.Reflection;

namespace Platform.Engine.Discovery;

/// <summary>The grain classes of the given assemblies. Whatever is wrong with them is reported at once, at start.</summary>
internal sealed class GrainCatalogue
{
    private readonly Dictionary<Type, GrainClass> _byInterface = [];
    private readonly Dictionary<string, GrainClass> _byName = new(StringComparer.Ordinal);

    /// <exception cref="GrainConfigurationException">Some classes or interfaces do not follow the rules.</exception>
    public GrainCatalogue(IEnumerable<Type> types)
    {
        var classes = types.Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(Grain))).ToList();
        var failures = FailuresOf(classes).ToList();
        if (failures.Count > 0)
        {
            throw new GrainConfigurationException(failures);
        }

        foreach (var type in classes)
        {
            var grainClass = new GrainClass(GrainShape.NameOf(type), type, GrainShape.InterfacesOf(type).Single());
            _byInterface.Add(grainClass.Interface, grainClass);
            _byName.Add(grainClass.Name, grainClass);
        }
    }

    /// <summary>The names of the classes that reminders may wake.</summary>
    public IEnumerable<string> Remindable => _byName.Values.Where(grainClass => grainClass.IsRemindable).Select(grainClass => grainClass.Name);

    /// <summary>The classes of whole assemblies.</summary>
    public static GrainCatalogue Of(IEnumerable<Assembly> assemblies) => new(assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()));

    public GrainClass ClassOf(Type grainInterface) => _byInterface.TryGetValue(grainInterface, out var found)
        ? found
        : throw new ArgumentException($"No grain class implements {grainInterface.Name}.", nameof(grainInterface));

    public GrainClass ClassOf(string name) => _byName[name];

    private static IEnumerable<string> FailuresOf(List<Type> classes) => classes
        .SelectMany(GrainShape.FailuresOfClass)
        .Concat(classes.SelectMany(GrainShape.InterfacesOf).Distinct().SelectMany(GrainShape.FailuresOfInterface))
        .Concat(Collisions<Type>(classes, GrainShape.InterfacesOf, static found => $"the grain interface {found.Name} is implemented"))
        .Concat(Collisions<string>(classes, static type => [GrainShape.NameOf(type)], static name => $"the grain type name '{name}' is used"))
        .Concat(Collisions<string>(classes, GrainShape.StatesOf, static name => $"the state name '{name}' is used"));

    private static IEnumerable<string> Collisions<T>(List<Type> classes, Func<Type, IEnumerable<T>> select, Func<T, string> describe)
        where T : notnull =>
        classes
            .SelectMany(type => select(type), (type, value) => (type.Name, value))
            .GroupBy(pair => pair.value, pair => pair.Name)
            .Where(group => group.Count() > 1)
            .Select(group => $"{string.Join(", ", group)}: {describe(group.Key)} more than once.");
}
