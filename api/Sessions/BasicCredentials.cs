using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;

namespace Platform.Api.Sessions;

/// <summary>A name and password from <c>Authorization: Basic</c> (RFC 7617): UTF-8, split at the first colon.</summary>
/// <param name="UserName">As sent.</param>
/// <param name="Password">As sent; may hold colons.</param>
internal sealed record BasicCredentials(string UserName, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"BASIC credentials of {UserName}";

    /// <summary>Whether the header speaks of BASIC at all; another scheme says nothing to the login.</summary>
    public static bool IsBasic(StringValues authorization) =>
        authorization.Count > 0
        && authorization[0] is { } value
        && value.StartsWith("Basic", StringComparison.OrdinalIgnoreCase)
        && (value.Length == 5 || value[5] == ' ');

    /// <summary>Reads the header. Strict: one header, base64 with its padding and nothing else, valid UTF-8, a colon, no control characters.</summary>
    public static bool TryParse(StringValues authorization, [NotNullWhen(true)] out BasicCredentials? credentials)
    {
        credentials = null;
        if (authorization.Count != 1 || !IsBasic(authorization))
        {
            return false;
        }

        var encoded = authorization[0].AsSpan(5).Trim(' ');

        // The framework's decoder skips white space, RFC 7617's token68 has none.
        if (encoded.Length is 0 or > 4096 || encoded.ContainsAny(" \t\r\n"))
        {
            return false;
        }

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length) || !Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        Array.Clear(bytes);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || text.Any(char.IsControl))
        {
            return false;
        }

        credentials = new BasicCredentials(text[..colon], text[(colon + 1)..]);
        return true;
    }
}
