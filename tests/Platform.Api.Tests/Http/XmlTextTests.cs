using System.Buffers;
using System.Text;
using System.Xml.Linq;
using Platform.Api.Http.Wire;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Http;

public class XmlTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("<a href=\"x\">&amp;</a> ]]>")]
    [InlineData("\r\n \r \n \t")]
    [InlineData("é 😀 \u0085 \u2028 \ud7ff \ue000 \ufffd")]
    [InlineData(TestData.Description)]
    public void Text_comes_back_character_for_character(string text)
    {
        var element = Parse(xml => xml.Raw("<a b=\""u8).Text(text).Raw("\">"u8).Text(text).Raw("</a>"u8));

        Assert.Equal(text, element.Value);
        Assert.Equal(text, element.Attribute("b")!.Value);
    }

    [Fact]
    public void What_xml_cannot_carry_is_replaced()
    {
        // No theory: test runners cannot carry such characters either.
        foreach (var (text, expected) in new[]
        {
            ("a\0b", "a\ufffdb"), ("a\u001fb", "a\ufffdb"), ("a\ufffeb\uffff", "a\ufffdb\ufffd"), ("a\ud83d", "a\ufffd"), ("\ude00b", "\ufffdb"), ("\ud83d\ud83d\ude00", "\ufffd😀"),
        })
        {
            Assert.Equal(expected, Parse(xml => xml.Element("a", text)).Value);
        }
    }

    private static XElement Parse(Action<XmlText> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(new XmlText(buffer).Declaration());
        return XDocument.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan), LoadOptions.PreserveWhitespace).Root!;
    }
}
