using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
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
    private const int PartSize = 1000;

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

        // Before the place is bound, which is no condition of the list.
        var count = new CommandDefinition($"select count(*) from {From} where {conditions.Sql}", conditions.Parameters, cancellationToken: cancellationToken);
        var rows = Rows(conditions, after, page.Limit + 1, page.Skip, cancellationToken);
        return await database.ReadAsync(
            async (connection, token) =>
            {
                var (items, last, isMore) = await ReadAsync(connection, rows, page.Limit, read, token);

                // A list that is one page need not be counted, which is what a search that finds little spends half its time on.
                var isAll = after is null && !isMore;
                var total = isAll ? items.Count : await connection.ExecuteScalarAsync<long>(count);
                return new Page<T>(items, isMore ? ListCursor.Encode(Name, last!) : null, total);
            },
            cancellationToken);
    }

    /// <summary>Reads the whole list, part by part.</summary>
    /// <param name="database">Where from.</param>
    /// <param name="conditions">What the rows have in common; called for each part.</param>
    /// <param name="read">Makes an item of a row; null where the row says nothing that can be listed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<T> AllAsync<T>(
        IDatabase database, Func<ListConditions> conditions, Func<DbDataReader, T?> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        object[]? after = null;
        for (var isMore = true; isMore;)
        {
            var rows = Rows(conditions(), after, PartSize + 1, 0, cancellationToken);
            (var items, after, isMore) = await database.ReadAsync(
                (connection, token) => ReadAsync(connection, rows, PartSize, read, token), cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }
        }
    }

    /// <summary>The place of the first of <see cref="Columns"/> in a row.</summary>
    public int FirstColumn => Order.Count;

    private CommandDefinition Rows(ListConditions conditions, object[]? after, int limit, int skip, CancellationToken cancellationToken)
    {
        var where = conditions.Sql;
        if (after is not null)
        {
            var place = string.Join(", ", after.Select(conditions.Bind));
            where += $" and ({string.Join(", ", Order.Select(column => column.Expression))}) {(Descending ? "<" : ">")} ({place})";
        }

        var direction = Descending ? " desc" : "";
        var order = string.Join(", ", Order.Select(column => column.Expression + direction));
        var keys = string.Join(", ", Order.Select((column, i) => Indexed($"{column.Expression} as k{i}")));
        var outer = string.Join(", ", Order.Select((_, i) => Indexed($"page.k{i}")));
        var outerOrder = string.Join(", ", Order.Select((_, i) => Indexed($"page.k{i}{direction}")));
        return new CommandDefinition(
            $"""
            select {outer}, {Columns}
            from (select {keys}{Inner} from {From} where {where} order by {order} limit {conditions.Bind(limit)} offset {conditions.Bind(skip)}) page {Join}
            order by {outerOrder}
            """,
            conditions.Parameters,
            cancellationToken: cancellationToken);
    }

    private async Task<(List<T> Items, object[]? Last, bool IsMore)> ReadAsync<T>(
        DbConnection connection, CommandDefinition rows, int limit, Func<DbDataReader, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var reader = await connection.ExecuteReaderAsync(rows);
        var items = new List<T>(limit);
        object[]? last = null;
        for (var taken = 0; await reader.ReadAsync(cancellationToken); taken++)
        {
            if (taken == limit)
            {
                return (items, last, true);
            }

            last = [.. Order.Select((column, i) => (object)(column.IsNumber ? reader.GetInt64(i) : reader.GetString(i)))];
            if (read(reader) is { } item)
            {
                items.Add(item);
            }
        }

        return (items, last, false);
    }

    private static string Indexed(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
