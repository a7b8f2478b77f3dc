using System.Buffers;
using System.Text;

namespace Platform.Api.Http.Wire;

/// <summary>
/// Writes XML 1.0 as UTF-8. Text comes back character for character from any parser; the characters that XML 1.0 cannot carry,
/// which imports refuse, become U+FFFD, so that the answer is well-formed whatever is stored.
/// </summary>
internal sealed class XmlText(IBufferWriter<byte> output)
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. "&<>\"\r\n\t\uFFFE\uFFFF", .. Enumerable.Range(0, 0x20).Select(code => (char)code), .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    /// <summary>The XML declaration.</summary>
    public XmlText Declaration() => Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"u8);

    /// <summary>Markup as it is.</summary>
    public XmlText Raw(ReadOnlySpan<byte> markup)
    {
        output.Write(markup);
        return this;
    }

    /// <summary>An element that holds text; without text an empty one.</summary>
    public XmlText Element(string name, string? text)
    {
        Raw("<"u8).Ascii(name).Raw(">"u8);
        Text(text);
        return Raw("</"u8).Ascii(name).Raw(">"u8);
    }

    /// <summary>An element that is there only where there is text.</summary>
    public XmlText Optional(string name, string? text) => text is null ? this : Element(name, text);

    /// <summary>Character data, escaped so that it may also stand in an attribute.</summary>
    public XmlText Text(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Special);
            if (plain < 0)
            {
                Encoding.UTF8.GetBytes(text, output);
                return this;
            }

            Encoding.UTF8.GetBytes(text[..plain], output);
            text = text[plain..];
            text = text[WriteSpecial(text)..];
        }

        return this;
    }

    private int WriteSpecial(ReadOnlySpan<char> text)
    {
        switch (text[0])
        {
            case '&':
                Raw("&amp;"u8);
                return 1;
            case '<':
                Raw("&lt;"u8);
                return 1;
            case '>':
                Raw("&gt;"u8);
                return 1;
            case '"':
                Raw("&quot;"u8);
                return 1;
            // Parsers turn a bare carriage return into a line feed, and white space of an attribute into blanks.
            case '\r':
                Raw("&#13;"u8);
                return 1;
            case '\n':
                Raw("&#10;"u8);
                return 1;
            case '\t':
                Raw("&#9;"u8);
                return 1;
        }

        if (Rune.DecodeFromUtf16(text, out var rune, out var consumed) == OperationStatus.Done && rune.Value is not (< 0x20 or 0xFFFE or 0xFFFF))
        {
            Span<byte> bytes = stackalloc byte[4];
            Raw(bytes[..rune.EncodeToUtf8(bytes)]);
            return consumed;
        }

        Raw("\uFFFD"u8);
        return consumed;
    }

    private XmlText Ascii(string name)
    {
        Encoding.UTF8.GetBytes(name, output);
        return this;
    }
}
