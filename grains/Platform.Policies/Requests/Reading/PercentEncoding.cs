using System.Text;

namespace Platform.Policies.Requests.Reading;

/// <summary>Percent-encoding (RFC 3986 §2.1) of UTF-8.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a <c>%</c> stands at the index with two hexadecimal digits behind it.</summary>
    public static bool IsAt(ReadOnlySpan<char> text, int index) =>
        text[index] == '%' && index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2]);

    /// <summary>Whether anything in the text would be decoded.</summary>
    public static bool IsIn(ReadOnlySpan<char> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (IsAt(text, index))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decodes once. A <c>%</c> that begins no encoding stays.</summary>
    /// <returns>False where what was encoded is not UTF-8.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        var bytes = new byte[Strict.GetMaxByteCount(text.Length)];
        var length = 0;
        var index = 0;
        while (index < text.Length)
        {
            if (IsAt(text, index))
            {
                bytes[length++] = Convert.FromHexString(text.Slice(index + 1, 2))[0];
                index += 3;
                continue;
            }

            var plain = text[index..];
            var next = plain[1..].IndexOf('%');
            plain = next < 0 ? plain : plain[..(next + 1)];
            length += Encoding.UTF8.GetBytes(plain, bytes.AsSpan(length));
            index += plain.Length;
        }

        decoded = "";
        if (!System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return false;
        }

        decoded = Strict.GetString(bytes, 0, length);
        return true;
    }

    /// <summary>Encodes what a URL cannot hold as it stands, and leaves the rest, <c>%</c> too, as it is.</summary>
    public static string EncodeForeign(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0)
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= '!' and <= '~')
            {
                encoded.Append((char)rune.Value);
            }
            else
            {
                encoded.Append(Uri.EscapeDataString(rune.ToString()));
            }
        }

        return encoded.ToString();
    }
}
