using System.Text;

namespace Platform.Api.Http.Wire;

/// <summary>Writes names and values as <c>application/x-www-form-urlencoded</c>; <see cref="Parameters"/> reads them.</summary>
internal static class FormText
{
    /// <summary>The encoded text.</summary>
    public static string Encode(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            text.Append(text.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    /// <summary>An address with further parameters in its query.</summary>
    public static string AddTo(string address, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var separator = address.Contains('?', StringComparison.Ordinal) ? (address[^1] is '?' or '&' ? "" : "&") : "?";
        return address + separator + Encode(pairs);
    }
}
