using System.Data.Common;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Platform.Storage.DataProtection;

/// <summary>The key ring's rows.</summary>
/// <remarks>The framework asks synchronously, a few times a day and at start; there is no context that the wait could block.</remarks>
internal sealed class DatabaseKeyRepository(IDatabase database, KeyRingGuard guard) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var elements = database.ReadAsync(ReadAsync, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        foreach (var element in elements)
        {
            guard.Check(element);
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName) =>
        database.WriteAsync(
            (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
                "insert into key_ring (name, xml) values (@name, @xml)",
                new { name = friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) },
                transaction,
                cancellationToken: token)),
            CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static async Task<IReadOnlyCollection<XElement>> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<string>(new CommandDefinition("select xml from key_ring order by name", cancellationToken: cancellationToken));
        return [.. rows.Select(row => XElement.Parse(row))];
    }
}
