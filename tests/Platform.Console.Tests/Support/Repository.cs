using System.Reflection;

namespace Platform.Console.Tests.Support;

/// <summary>The files that the tests run and read.</summary>
internal static class Repository
{
    /// <summary>The built program.</summary>
    public static string Program => Metadata("PlatformApi");

    /// <summary>A file of the repository.</summary>
    public static string File(params string[] path) => Path.Combine([Metadata("Repository"), .. path]);

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
