using System.Data.Common;
using System.Globalization;
using Dapper;
using Platform.Storage;

namespace Platform.Grains.Administration.Lists;

/// <summary>
/// One list: which index it looks through, in which order, and what it takes of each row that is on the page. Pages follow one another by the
/// values that they are ordered by, so that none is slower than the first and none repeats an item when rows come and go.
/// </summary>
/// <param name="Name">The list's name, in its cursors.</param>
/// <param name="From">The indexes that are looked through.</param>
/// <param name="Order">What it is ordered by, unique together; <c>k0</c>, <c>k1</c> and so on where the page's rows are joined.</param>
/// <param name="Columns">What is taken besides, from <c>page</c> and what is joined to it.</param>
/// <param name="Join">What is joined to the rows of the page alone.</param>
/// <param name="Inner">Columns of the indexes that <paramref name="Columns"/> needs besides the order's, with a comma before each.</param>
/// <param name="Descending">Whether the order is from the last to the first.</param>
internal sealed record ListQuery(
    string Name, string From, IReadOnlyList<ListOrder> Order, string Columns, string Join, string Inner = "", bool Descending = false)
{
    /// <summary>Reads a page.</summary>
    /// <param name="database">Where from.</param>
    /// <param name="conditions">What the rows have in common.</param>
    /// <param name="page">Which page.</param>
    /// <param name="read">Makes an item of a row; null where the row says nothing that can be listed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<AdministrationResult<Page<T>>> RunAsync<T>(
        IDatabase database, ListConditions conditions, PageRequest page, Func<DbDataReader, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        if (page.Limit is < 1 or > PageRequest.MaxLimit)
        {
            return AdministrationRefusal.Invalid("limit", $"'limit' takes 1 to {PageRequest.MaxLimit}.");
        }

        object[]? after = null;
        if (page.Cursor is not null && !ListCursor.TryDecode(page.Cursor, Name, Order, out after))
        {
            return AdministrationRefusal.Invalid("cursor", "'cursor' is not one of this list: take the 'next' of the page before.");
        }

        var where = conditions.Sql;
        var direction = Descending ? " desc" : "";
        var order = string.Join(", ", Order.Select(column => column.Expression + direction));
        var keys = string.Join(", ", Order.Select((column, i) => Indexed($"{column.Expression} as k{i}")));
        var count = new CommandDefinition($"select count(*) from {From} where {where}", conditions.Parameters, cancellationToken: cancellationToken);
        if (after is not null)
        {
            var place = string.Join(", ", after.Select(conditions.Bind));
            where += $" and ({string.Join(", ", Order.Select(column => column.Expression))}) {(Descending ? "<" : ">")} ({place})";
        }

        var outer = string.Join(", ", Order.Select((_, i) => Indexed($"page.k{i}")));
        var outerOrder = string.Join(", ", Order.Select((_, i) => Indexed($"page.k{i}{direction}")));
        var rows = new CommandDefinition(
            $"""
            select {outer}, {Columns}
            from (select {keys}{Inner} from {From} where {where} order by {order} limit {conditions.Bind(page.Limit + 1)}) page {Join}
            order by {outerOrder}
            """,
            conditions.Parameters,
            cancellationToken: cancellationToken);
        return await database.ReadAsync(
            async (connection, token) =>
            {
                var total = await connection.ExecuteScalarAsync<long>(count);
                await using var reader = await connection.ExecuteReaderAsync(rows);
                var items = new List<T>(page.Limit);
                object[]? last = null;
                var taken = 0;
                while (await reader.ReadAsync(token))
                {
                    if (taken++ == page.Limit)
                    {
                        return new Page<T>(items, ListCursor.Encode(Name, last!), total);
                    }

                    last = [.. Order.Select((column, i) => (object)(column.IsNumber ? reader.GetInt64(i) : reader.GetString(i)))];
                    if (read(reader) is { } item)
                    {
                        items.Add(item);
                    }
                }

                return new Page<T>(items, null, total);
            },
            cancellationToken);
    }

    /// <summary>The place of the first of <see cref="Columns"/> in a row.</summary>
    public int FirstColumn => Order.Count;

    private static string Indexed(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
