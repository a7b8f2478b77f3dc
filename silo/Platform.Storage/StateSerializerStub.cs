// Stands in until the engine lands its Grain base class and StateSerializer; delete this file then.
#pragma warning disable CS1591
namespace Platform.Storage;
public static class StateSerializer { public static T Deserialize<T>(ReadOnlySpan<byte> b) => default!; }
