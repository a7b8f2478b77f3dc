using System.Text;
using Platform.Api.Http.Wire;

namespace Platform.Api.Policies.OpenSso.Identity;

/// <summary>The parameters of an identity service, from query and form. Names of attributes may be given several times, anything else once.</summary>
internal sealed class IdentityParameters
{
    private static readonly string[] Lists = ["attributenames", "attributes_names"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _attributes = [];

    /// <summary>The attributes asked for, in their order, each once.</summary>
    public IReadOnlyList<string> Attributes => _attributes;

    /// <summary>The value; null where the name was not given.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Reads a request; null where it is malformed.</summary>
    public static async Task<IdentityParameters?> ReadAsync(HttpContext context, int maxBytes)
    {
        var parameters = new IdentityParameters();
        var query = context.Request.QueryString.Value;
        if (query is { Length: > 1 } && !parameters.Take(Encoding.UTF8.GetBytes(query, 1, query.Length - 1)))
        {
            return null;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return parameters;
        }

        if (await LimitedBody.ReadAsync(context, maxBytes) is not { } body)
        {
            return null;
        }

        var isForm = body.Length == 0 || (context.Request.ContentType?.StartsWith(RequestParameters.FormMediaType, StringComparison.OrdinalIgnoreCase) ?? false);
        var taken = isForm && parameters.Take(body);

        // A password may have been in it.
        Array.Clear(body);
        return taken ? parameters : null;
    }

    private bool Take(ReadOnlySpan<byte> encoded)
    {
        foreach (var range in encoded.Split((byte)'&'))
        {
            if (!Parameters.TryParse(encoded[range], out var pair, out _))
            {
                return false;
            }

            foreach (var (name, value) in pair.All)
            {
                if (_values.Count + _attributes.Count >= 64 || (!Lists.Contains(name) && !_values.TryAdd(name, value)))
                {
                    return false;
                }

                if (Lists.Contains(name) && !_attributes.Contains(value, StringComparer.OrdinalIgnoreCase))
                {
                    _attributes.Add(value);
                }
            }
        }

        return true;
    }
}
