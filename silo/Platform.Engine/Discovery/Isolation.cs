using System.Collections.Frozen;
using System.Net;
using System.Reflection;
using System.Text.Json;

namespace Platform.Engine.Discovery;

/// <summary>
/// What a grain and its caller may hold at the same time. Nothing is copied between them here, while the other engine copies what
/// is not marked; so on both, only what cannot change crosses.
/// </summary>
internal static class Isolation
{
    private static readonly FrozenSet<Type> Known = new[]
    {
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly),
        typeof(TimeOnly), typeof(Uri), typeof(Version), typeof(IPAddress), typeof(CancellationToken), typeof(JsonElement),
        typeof(Int128), typeof(UInt128), typeof(Half),
    }.ToFrozenSet();

    /// <summary>Says how values of the type could change under their other holder; null where they cannot.</summary>
    public static string? FindMutable(Type type) => Find(type, []);

    private static string? Find(Type type, HashSet<Type> seen)
    {
        if (type.IsPrimitive || type.IsEnum || Known.Contains(type) || type.IsDefined(typeof(ImmutableAttribute), inherit: false) || !seen.Add(type))
        {
            return null;
        }

        if (type.IsGenericType && HoldsItsArgumentsAlone(type))
        {
            return type.GetGenericArguments().Select(argument => Find(argument, seen)).FirstOrDefault(found => found is not null);
        }

        if (type.IsArray || type.IsInterface || type == typeof(object) || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
        {
            return $"is or holds a {type.Name}, which may change under its other holder.";
        }

        return FindField(type, seen) is { } field
            ? $"is or holds a {type.Name}, whose {field} may change under its other holder; make it read-only or mark the type [Immutable]."
            : null;
    }

    private static bool HoldsItsArgumentsAlone(Type type) =>
        type.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen"
        || type.GetGenericTypeDefinition() == typeof(Nullable<>)
        || type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);

    private static string? FindField(Type type, HashSet<Type> seen)
    {
        for (var declaring = type; declaring is not null && declaring != typeof(object) && declaring != typeof(ValueType); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                // A struct is copied when it is handed over, so only what it refers to counts.
                if ((!field.IsInitOnly && !type.IsValueType) || Find(field.FieldType, seen) is not null)
                {
                    return field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
                }
            }
        }

        return null;
    }
}
