using System.Globalization;
using System.Reflection;

namespace Platform.Storage.Schema;

/// <summary>One numbered step of the schema, from the embedded files.</summary>
internal sealed record SchemaScript(int Version, string Name, string Sql);

/// <summary>The steps of one dialect, in order.</summary>
internal static class SchemaScripts
{
    public const string CreateVersionTable = "create table if not exists schema_version (version integer not null)";

    public static IReadOnlyList<SchemaScript> Of(string dialect)
    {
        var assembly = typeof(SchemaScripts).Assembly;
        var prefix = $"{typeof(SchemaScripts).Namespace}.{dialect}.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
                .Select(resource => Read(assembly, resource, resource[prefix.Length..]))
                .OrderBy(script => script.Version),
        ];
    }

    /// <summary>The steps above <paramref name="current"/>; throws where the database is ahead of this program.</summary>
    public static IEnumerable<SchemaScript> Missing(IReadOnlyList<SchemaScript> scripts, int current)
    {
        var known = scripts[^1].Version;
        return current <= known
            ? scripts.Where(script => script.Version > current)
            : throw new InvalidOperationException(
                $"The database has schema version {current}; this program knows versions up to {known}. Start the program that the database was last used with, or a newer one.");
    }

    private static SchemaScript Read(Assembly assembly, string resource, string name)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The embedded file {resource} is missing.");
        using var reader = new StreamReader(stream);
        return new SchemaScript(int.Parse(name[..name.IndexOf('_', StringComparison.Ordinal)], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
