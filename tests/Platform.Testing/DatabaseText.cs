using System.Text;
using Npgsql;

namespace Platform.Testing;

/// <summary>All that a database holds, to search for what it must not hold.</summary>
public static class DatabaseText
{
    /// <summary>Every row of every table as text; bytes are hexadecimal digits.</summary>
    public static async Task<string> ReadAllAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var all = new StringBuilder();
        foreach (var table in await ReadAsync(source, "select quote_ident(table_name) from information_schema.tables where table_schema = 'public'"))
        {
            foreach (var row in await ReadAsync(source, $"select row_to_json(t)::text from {table} t"))
            {
                all.AppendLine(row);
            }
        }

        return all.ToString();
    }

    private static async Task<List<string>> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
