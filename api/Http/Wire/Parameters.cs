using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace Platform.Api.Http.Wire;

/// <summary>
/// Names and values of a query or a form (<c>application/x-www-form-urlencoded</c>). Strict: what is not percent-encoded UTF-8, and
/// a name given twice, is refused, since two readers would take different values from it.
/// </summary>
internal sealed class Parameters
{
    private const int MaxCount = 64;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>No parameters.</summary>
    public static Parameters None { get; } = new();

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, string> All => _values;

    /// <summary>The value; null where the name was not given.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Reads an encoded text.</summary>
    /// <param name="encoded">Without a leading <c>?</c>.</param>
    /// <param name="parameters">What it says.</param>
    /// <param name="fault">What is wrong with it, without quoting it.</param>
    public static bool TryParse(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out Parameters? parameters, [NotNullWhen(false)] out string? fault)
    {
        parameters = null;
        var result = new Parameters();
        var number = 0;
        foreach (var range in encoded.Split((byte)'&'))
        {
            var pair = encoded[range];
            if (pair.IsEmpty)
            {
                continue;
            }

            number++;
            var equals = pair.IndexOf((byte)'=');
            if (!TryDecode(equals < 0 ? pair : pair[..equals], out var name) || !TryDecode(equals < 0 ? [] : pair[(equals + 1)..], out var value))
            {
                fault = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"parameter {number} is not percent-encoded UTF-8");
                return false;
            }

            if (number > MaxCount || !result._values.TryAdd(name, value))
            {
                fault = number > MaxCount
                    ? "there are too many parameters"
                    : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"parameter {number} has the name of an earlier one");
                return false;
            }
        }

        fault = null;
        parameters = result;
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var bytes = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            var length = 0;
            for (var index = 0; index < encoded.Length; index++)
            {
                var value = encoded[index];
                if (value == '+')
                {
                    value = (byte)' ';
                }
                else if (value == '%')
                {
                    if (index + 2 >= encoded.Length
                        || Convert.FromHexString(encoded.Slice(index + 1, 2), bytes.AsSpan(length, 1), out _, out _) != OperationStatus.Done)
                    {
                        return false;
                    }

                    value = bytes[length];
                    index += 2;
                }

                // No parameter of ours carries NUL, and what stops at it would see another value.
                if (value == 0)
                {
                    return false;
                }

                bytes[length++] = value;
            }

            if (!Utf8.IsValid(bytes.AsSpan(0, length)))
            {
                return false;
            }

            text = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
            return true;
        }
        finally
        {
            // A password may have been in it.
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }
}
