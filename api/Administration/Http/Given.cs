using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.Administration.Http;

/// <summary>A member of a body that may be left out: what is left out stays as it is, and null takes it away (RFC 7396).</summary>
/// <typeparam name="T">What its value is.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="IsGiven">Whether the body has the member.</param>
[JsonConverter(typeof(GivenConverterFactory))]
internal readonly record struct Given<T>(T Value, bool IsGiven)
{
    /// <summary>The value, or what it is otherwise.</summary>
    public T Or(T otherwise) => IsGiven ? Value : otherwise;

    /// <summary>The same, as acts of the core take it.</summary>
    public Grains.Scopes.Import.Given<T>? ToCore() => IsGiven ? new(Value) : null;
}

/// <summary>Reads members that may be left out.</summary>
internal sealed class GivenConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Given<>);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Given<T>>
    {
        public override bool HandleNull => true;

        public override Given<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<T>(ref reader, options)!, true);

        public override void Write(Utf8JsonWriter writer, Given<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
