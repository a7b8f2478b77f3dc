using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Platform.Grains.Runs;

/// <summary>The id of a run. Not a secret: containers, tokens and documents carry it.</summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("platform.RunId")]
public readonly record struct RunId([property: Id(0)] string Value)
{
    private const string GrainKeyPrefix = "run:";

    /// <summary>The key of the run's grain; the subject of the actor that its tokens name (RFC 8693 §4.1).</summary>
    public string GrainKey => $"{GrainKeyPrefix}{Value}";

    /// <summary>Reads what <see cref="GrainKey"/> wrote.</summary>
    public static RunId FromGrainKey(string key) => new(key[GrainKeyPrefix.Length..]);

    /// <summary>A new id from the cryptographic random source.</summary>
    public static RunId New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Takes what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RunId id)
    {
        id = text is { Length: 32 } && !text.AsSpan().ContainsAnyExcept("0123456789abcdef") ? new RunId(text) : default;
        return id.Value is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
