using Microsoft.Extensions.Options;
using Npgsql;

namespace Platform.Storage;

/// <summary>Where the state lives: PostgreSQL where <see cref="ConnectionString"/> is set, otherwise the SQLite file at <see cref="Path"/>.</summary>
public sealed class StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>
    /// An Npgsql connection string; several nodes may share the database. Default: none. The connections reach the server itself, not
    /// through a pooler that lends them out by the transaction. At most 16 a node, unless <c>Maximum Pool Size</c> says otherwise.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The SQLite file of a single node. Default: <c>data/platform.db</c>.</summary>
    public string Path { get; set; } = "data/platform.db";

    /// <summary>How long one statement may take before the database counts as unavailable. Default: 10 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a start waits for a database that does not answer yet. Default: 30 s.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many rows' versions are kept in memory on SQLite, about 300 bytes each. Default: 100,000.</summary>
    public int KnownVersions { get; set; } = 100_000;

    /// <summary>Whether the state lives in PostgreSQL.</summary>
    public bool IsPostgreSql => !string.IsNullOrWhiteSpace(ConnectionString);
}

/// <summary>Checks <see cref="StorageOptions"/> at start and names all failures at once.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var failures = new List<string>();
        if (options.IsPostgreSql)
        {
            CheckConnectionString(options.ConnectionString!, failures);
        }
        else if (string.IsNullOrWhiteSpace(options.Path))
        {
            failures.Add("Storage:Path is empty, and so is Storage:ConnectionString; one of them says where the state lives.");
        }

        if (options.CommandTimeout < TimeSpan.FromSeconds(1) || options.CommandTimeout > TimeSpan.FromMinutes(10))
        {
            failures.Add("Storage:CommandTimeout is between 1 second and 10 minutes.");
        }

        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout > TimeSpan.FromHours(1))
        {
            failures.Add("Storage:StartTimeout is between 0 and 1 hour.");
        }

        if (options.KnownVersions < 64)
        {
            failures.Add("Storage:KnownVersions is at least 64.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckConnectionString(string connectionString, List<string> failures)
    {
        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host))
            {
                failures.Add("Storage:ConnectionString names no Host.");
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // The exception's words may quote a part of the string, passwords included: they stay out of the message.
            failures.Add("Storage:ConnectionString is not an Npgsql connection string.");
        }
    }
}
