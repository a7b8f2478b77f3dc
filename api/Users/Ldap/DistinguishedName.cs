using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Platform.Api.Users.Ldap;

/// <summary>
/// A DN taken apart (RFC 4514 §3), so that two spellings of one compare equal and no value is mistaken for structure. Values
/// compare without regard to letter case and repeated spaces, as directories do.
/// </summary>
internal sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private readonly string _comparable;

    private DistinguishedName(string comparable, string firstType, string firstValue)
    {
        _comparable = comparable;
        FirstType = firstType;
        FirstValue = firstValue;
    }

    /// <summary>The type of the first name, lower-case, for instance <c>cn</c>.</summary>
    public string FirstType { get; }

    /// <summary>The value of the first name, unescaped.</summary>
    public string FirstValue { get; }

    /// <summary>Takes a DN with at least one name.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DistinguishedName? name)
    {
        name = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var comparable = new StringBuilder();
        string? firstType = null, firstValue = null;
        var position = 0;
        while (true)
        {
            var equals = text.IndexOf('=', position);
            if (equals < 0)
            {
                return false;
            }

            var type = text[position..equals].Trim().ToLowerInvariant();
            position = equals + 1;
            if (!LdapText.IsAttribute(type) || !TryReadValue(text, ref position, out var value))
            {
                return false;
            }

            firstType ??= type;
            firstValue ??= value;
            comparable.Append(type).Append('=').Append(LdapText.EscapeDnValue(Fold(value)));
            if (position == text.Length)
            {
                name = new DistinguishedName(comparable.ToString(), firstType, firstValue);
                return true;
            }

            comparable.Append(text[position++]);
        }
    }

    /// <summary>Whether it ends in another, and begins with more.</summary>
    public bool IsBelow(DistinguishedName above) => _comparable.EndsWith("," + above._comparable, StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) => other is not null && _comparable == other._comparable;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode() => _comparable.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _comparable;

    private static string Fold(string value) =>
        string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    // Reads to the next separator that is not escaped, and stops on it. Escapes give octets of UTF-8.
    private static bool TryReadValue(string text, ref int position, out string value)
    {
        value = "";
        var octets = new List<byte>();
        var kept = 0;
        while (position < text.Length && text[position] is not (',' or '+' or ';'))
        {
            if (text[position] != '\\')
            {
                var length = char.IsSurrogatePair(text, position) ? 2 : 1;
                octets.AddRange(Encoding.UTF8.GetBytes(text.Substring(position, length)));
                kept = text[position] == ' ' ? kept : octets.Count;
                position += length;
                continue;
            }

            if (position + 1 >= text.Length)
            {
                return false;
            }

            if (position + 2 < text.Length
                && byte.TryParse(text.AsSpan(position + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                position += 3;
            }
            else
            {
                octets.AddRange(Encoding.UTF8.GetBytes(text.Substring(position + 1, 1)));
                position += 2;
            }

            kept = octets.Count;
        }

        // Spaces around a value that are not escaped are not part of it.
        value = Encoding.UTF8.GetString([.. octets[..kept]]).TrimStart(' ');
        return value.Length > 0;
    }
}
