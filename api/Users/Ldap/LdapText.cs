using System.Globalization;
using System.Text;

namespace Platform.Api.Users.Ldap;

/// <summary>Escapes what was typed, so that it stays a value wherever it is put.</summary>
internal static class LdapText
{
    /// <summary>
    /// A value in a search filter (RFC 4515 §3). Beyond what the RFC asks, all but letters, digits and a few marks are escaped.
    /// </summary>
    public static string EscapeFilterValue(string value) => EscapeFilterValue(Encoding.UTF8.GetBytes(value));

    /// <summary>A binary value in a search filter (RFC 4515 §3).</summary>
    public static string EscapeFilterValue(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder(value.Length * 3);
        foreach (var octet in value)
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || (char)octet is '-' or '_' or '.' or '@' or ',' or '=' or ' ')
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('\\').Append(octet.ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// A value in a DN (RFC 4514 §2.4). Beyond what the RFC asks, all but letters, digits and a few marks are written as octets.
    /// </summary>
    public static string EscapeDnValue(string value)
    {
        var text = new StringBuilder(value.Length * 3);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || (char)octet is '-' or '_' or '.' or '@')
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('\\').Append(octet.ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    /// <summary>Whether a filter from the configuration has balanced parentheses around it, so that it can stand beside others.</summary>
    public static bool IsFilter(string filter)
    {
        var depth = 0;
        for (var i = 0; i < filter.Length; i++)
        {
            depth += filter[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && i < filter.Length - 1)
            {
                return false;
            }
        }

        return depth == 0 && filter.Length > 2;
    }

    /// <summary>Whether a text is an attribute's name (RFC 4512 §2.5).</summary>
    public static bool IsAttribute(string? name) =>
        !string.IsNullOrEmpty(name) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ';');
}
