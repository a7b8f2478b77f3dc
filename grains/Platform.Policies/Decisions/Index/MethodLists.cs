using System.Collections.Immutable;

namespace Platform.Policies.Decisions.Index;

/// <summary>The lists of methods that rules usually have, each there once, so that what most decisions read stays in the cache.</summary>
internal static class MethodLists
{
    private static readonly string[][] Usual =
    [
        ["GET"], ["GET", "HEAD"], ["HEAD"], ["POST"], ["PUT"], ["PATCH"], ["DELETE"], ["GET", "POST"], ["GET", "HEAD", "POST"], ["GET", "HEAD", "OPTIONS"],
        ["POST", "PUT", "DELETE"], ["POST", "PUT", "PATCH", "DELETE"],
    ];

    /// <summary>The list; null where there is no method in it, which stands for all.</summary>
    public static string[]? Share(ImmutableArray<string> methods) =>
        methods.IsEmpty ? null : Array.Find(Usual, usual => methods.AsSpan().SequenceEqual(usual)) ?? [.. methods];
}
