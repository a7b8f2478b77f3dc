namespace Platform.Grains.Cluster;

/// <summary>Repeating the call changes nothing more than making it once, so <see cref="IPlatformGrains"/> repeats it after a conflict.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;
