using Platform.Policies.Requests;

namespace Platform.Grains.Policies.Documents;

/// <summary>The registered policy documents about a URL at one instant (<see cref="PolicyFacts.Documents"/>).</summary>
public interface IRegisteredDocuments : IPolicyDocuments
{
    /// <summary>Whose the URL is, a user key; null: nobody's.</summary>
    string? Owner { get; }

    /// <summary>The names of those that speak of it, in the order in which they were registered.</summary>
    IEnumerable<string> Names { get; }
}
