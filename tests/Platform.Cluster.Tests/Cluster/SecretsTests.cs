using System.Text;
using Npgsql;
using Platform.Cluster.Tests.Support;
using Platform.Testing;

namespace Platform.Cluster.Tests.Cluster;

/// <summary>Invariants 4 and 6: what a client holds or a person typed is neither in the database nor in a node's output.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class SecretsTests(ThreeNodes nodes)
{
    [Fact]
    public async Task SessionIdsAndPasswords_AreNowhere()
    {
        const string Wrong = "a-wrong-password-that-somebody-typed";
        var kept = await nodes.Node(0).LoginIdAsync("alice");
        var ended = await nodes.Node(1).LoginIdAsync("bob");
        await nodes.Node(2).EnterAsync(kept, PlatformCluster.AquaMaps);
        await nodes.Node(0).LogoutAsync(ended);
        using (var refused = await nodes.Node(2).LoginAsync("alice", Wrong))
        {
            Assert.False(refused.IsSuccessStatusCode);
        }

        var database = await ReadAllAsync();
        var output = string.Concat(nodes.Cluster.Nodes.Select(node => node.Output));

        // The search works: what is meant to be there is found, in columns of bytes as well.
        Assert.Contains(Hex("AquaMaps"), database, StringComparison.OrdinalIgnoreCase);
        foreach (var secret in new[] { kept, ended, Wrong, PlatformCluster.Password("alice"), PlatformCluster.Password("bob"), PlatformCluster.Password("root") })
        {
            Assert.DoesNotContain(secret, database, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Hex(secret), database, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, output, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    /// <summary>Every row of every table as text; bytes are hexadecimal digits.</summary>
    private async Task<string> ReadAllAsync()
    {
        await using var source = NpgsqlDataSource.Create(nodes.Cluster.ConnectionString);
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
