// Stands in until the engine lands its Grain base class and StateSerializer; delete this file then.
#pragma warning disable CS1591
namespace Platform.Engine;
public abstract class Grain { public IGrainFactory GrainFactory => null!; }
public static class GrainX { public static string GetPrimaryKeyString(this Grain g) => ""; public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain g, string n, TimeSpan a, TimeSpan b) => null!; }
