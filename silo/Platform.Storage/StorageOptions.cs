namespace Platform.Storage;

/// <summary>Where the state lives: PostgreSQL where <see cref="ConnectionString"/> is set, otherwise the SQLite file at <see cref="Path"/>.</summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>An Npgsql connection string; several nodes may share the database. Default: none.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The SQLite file of a single node. Default: <c>data/platform.db</c>.</summary>
    public string Path { get; set; } = "data/platform.db";

    /// <summary>How long one statement may take before the database counts as unavailable. Default: 10 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
