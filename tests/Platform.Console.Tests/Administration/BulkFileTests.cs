using System.Text;
using Platform.Grains.Administration.Bulk;

namespace Platform.Console.Tests.Administration;

/// <summary>Files of users and members: RFC 4180 and JSON, with places, and what is written comes back.</summary>
public sealed class BulkFileTests
{
    private static readonly string[] Columns = ["a", "b", "roles"];

    [Fact]
    public void WhatIsWritten_IsReadAgain_WhateverItIs()
    {
        string[] pieces = ["", "a", "é😀", ",", "\"", "\r\n", "\n", "'", "=", "+", "-", "@", "\t", " ", ";", "'=", "''-x", "\r"];
        var random = new Random(4180);
        for (var i = 0; i < 2000; i++)
        {
            var row = Enumerable.Range(0, 3).Select(_ => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]))).ToArray();
            using var text = new StringWriter();
            CsvRows.Write(text, ["a", "b", "roles"]);
            CsvRows.Write(text, row);
            var file = BulkFile.Read(Encoding.UTF8.GetBytes(text.ToString()), BulkFormat.Csv, Columns);
            Assert.Empty(file.Problems);
            Assert.Equal(row, Columns.Select(column => Assert.Single(file.Rows).Cells[column].Text));
            Assert.All(
                row.Where(cell => cell is ['=' or '+' or '-' or '@', ..]),
                cell => Assert.Contains("'" + cell.Replace("\"", "\"\"", StringComparison.Ordinal), text.ToString(), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "line 1, column 1: the file is empty")]
    [InlineData("a,c\r\n", "line 1, column 3: there is no column 'c'")]
    [InlineData("a,A\r\n", "line 1, column 3: the column 'a' is named twice")]
    [InlineData("a,b\r\n1\r\n", "line 2, column 1: the line has 1 values")]
    [InlineData("a,b\n\"x\ny\",1\n\"z", "line 4, column 1: a quotation mark is not closed")]
    [InlineData("a\n\"x\"y\n", "line 2, column 4: a comma or the end of the line")]
    [InlineData("[1]", "line 1, column 2, [0]: an object was expected")]
    [InlineData("[\n{\"a\": \"x\",\n\"c\": 1}]", "line 3, column 1, [0]: there is no member 'c'")]
    [InlineData("[{\"a\": {}}]", "line 1, column 8, [0].a: a text")]
    [InlineData("[{\"a\": 1, \"a\": 2}]", "line 1, column 16, [0].a: the member 'a' is named twice")]
    [InlineData("[{\"a\": 1}", "this is no JSON")]
    [InlineData("{}", "the file is an array")]
    [InlineData("[{\"a\": \"é€😀\"}, 1]", "line 1, column 17, [1]: an object was expected")]
    public void WhatIsWrong_HasItsPlace(string content, string expected) =>
        Assert.Contains(BulkFile.Read(Encoding.UTF8.GetBytes(content), null, Columns).Problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData(BulkFormat.Csv, "a\n", "1\n", "")]
    [InlineData(BulkFormat.Json, "[", "{},", "{}]")]
    public void RowsAreBounded(BulkFormat format, string begin, string row, string end)
    {
        var content = begin + string.Concat(Enumerable.Repeat(row, BulkFile.MaxRows + 1)) + end;
        var file = BulkFile.Read(Encoding.UTF8.GetBytes(content), format, Columns);
        Assert.Equal(BulkFile.MaxRows, file.Rows.Count);
        Assert.Contains("import it in parts", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextThatIsNone_IsAProblem()
    {
        Assert.NotEmpty(BulkFile.Read(new byte[] { (byte)'a', 0xff }, BulkFormat.Csv, Columns).Problems);
        Assert.NotEmpty(BulkFile.Read("[{\"a\": \"\\ud800\"}]"u8.ToArray(), BulkFormat.Json, Columns).Problems);
    }

    [Fact]
    public void ValuesOfJson_AreTextsListsAndNothing()
    {
        var file = BulkFile.Read("\uFEFF[{\"a\": true, \"b\": null, \"roles\": [\"x\", \"y\"]}, {\"roles\": []}]"u8.ToArray(), null, Columns);
        Assert.Empty(file.Problems);
        Assert.Equal("true", file.Rows[0].Find("a")!.Text);
        Assert.Null(file.Rows[0].Find("b"));
        Assert.Equal(["x", "y"], file.Rows[0].Find("roles")!.Values);
        Assert.Null(file.Rows[1].Find("roles"));
        Assert.True(file.Rows[1].Cells.ContainsKey("roles"));
    }
}
